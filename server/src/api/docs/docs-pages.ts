// Owns the files of /docs: Swagger UI as its package brings it, and the two that start it.
// Must never load anything from another host, nor keep a file open for a reader.
import { readPackageFile } from '../../platform/package-file.ts'
import { type KeptText, keptText } from './kept-text.ts'

const PACKAGE = '@fastify/swagger-ui'
const SCRIPT = 'text/javascript; charset=utf-8'
const STYLE = 'text/css; charset=utf-8'
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': STYLE,
  'index.css': STYLE,
  'swagger-ui-bundle.js': SCRIPT,
  'swagger-ui-standalone-preset.js': SCRIPT,
  'favicon-32x32.png': 'image/png',
  'favicon-16x16.png': 'image/png',
}
const INITIALIZER = 'swagger-initializer.js'

/** Read at the first request for one of them, and then in memory: 2 MB. */
const files = new Map<string, KeptText>()

/** A file of /docs/static; undefined: there is none of that name. */
export function docsFile(name: string): KeptText | undefined {
  const kept = files.get(name)
  if (kept !== undefined) return kept
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined
  if (type === undefined && name !== INITIALIZER) return undefined
  const file = type === undefined ? keptText(SCRIPT, START) : keptText(type, readPackageFile(PACKAGE, `static/${name}`))
  files.set(name, file)
  return file
}

/** @param folder of the page, as its links are to begin: `docs/` at /docs, nothing at /docs/ */
export function docsPage(folder: string): KeptText {
  const link = (name: string) => `${folder}static/${name}`
  return keptText(
    'text/html; charset=utf-8',
    `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Timbre API</title>
<link rel="stylesheet" href="${link('swagger-ui.css')}">
<link rel="stylesheet" href="${link('index.css')}">
<link rel="icon" type="image/png" href="${link('favicon-32x32.png')}" sizes="32x32">
<link rel="icon" type="image/png" href="${link('favicon-16x16.png')}" sizes="16x16">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${link('swagger-ui-bundle.js')}"></script>
<script src="${link('swagger-ui-standalone-preset.js')}"></script>
<script src="${link(INITIALIZER)}"></script>
</body>
</html>
`,
  )
}

// The validator badge would send the document's address to another host.
const START = `window.onload = () => {
  const folder = location.href.split(/[?#]/, 1)[0].replace(/\\/?$/, '/')
  SwaggerUIBundle({
    url: new URL('json', folder).href,
    dom_id: '#swagger-ui',
    deepLinking: true,
    displayRequestDuration: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    plugins: [SwaggerUIBundle.plugins.DownloadUrl],
    layout: 'StandaloneLayout',
  })
}
`
