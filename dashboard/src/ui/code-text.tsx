// Owns a sentence with code in it, as it is written in Markdown: what stands between backticks is code.

export function CodeText({ text }: { readonly text: string }) {
  const parts = text.split('`')
  // A backtick without its other one is a letter.
  if (parts.length % 2 === 0) return text
  return parts.map((part, nth) =>
    nth % 2 === 1 ? (
      <code key={part} className="rounded-xs bg-hover px-1 font-mono text-[0.9em]">
        {part}
      </code>
    ) : (
      part
    ),
  )
}
