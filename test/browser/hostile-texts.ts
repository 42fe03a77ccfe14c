// Owns texts that would run, break out or take the page over if they were anything but text.

/** Each sets `window.pwned` where it runs. */
export const HOSTILE: readonly string[] = [
  '<img src=x onerror="window.pwned=1">',
  '<script>window.pwned=1</script>',
  '"><svg onload=window.pwned=1>',
  "javascript:window.pwned=1//'",
  '<iframe srcdoc="<script>parent.pwned=1</script>"></iframe>',
  '{{constructor.constructor("window.pwned=1")()}} $t(shared:copy) {{count}}',
  '</pre></textarea></style><base href="https://evil.example/">',
  '\u202Eevil\u202C \u200B\uFEFF e\u0301\u0301\u0301\u0301',
  'x'.repeat(4000),
]
