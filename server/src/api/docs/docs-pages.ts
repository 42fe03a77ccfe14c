// Owns the files of /docs: Swagger UI as its package brings it, and what starts it under our name.
// Must never load anything from another host, nor keep a file open for a reader.
import { readPackageFile } from '../../platform/package-file.ts'
import { type KeptText, keptText } from './kept-text.ts'

const PACKAGE = '@fastify/swagger-ui'
const SCRIPT = 'text/javascript; charset=utf-8'
const STYLE = 'text/css; charset=utf-8'
/** Of the package. */
const FILES: Readonly<Record<string, string>> = { 'swagger-ui.css': STYLE, 'swagger-ui-bundle.js': SCRIPT }

/** A file of /docs/static; undefined: there is none of that name. */
export function docsFile(name: string): KeptText | undefined {
  const kept = files.get(name)
  if (kept !== undefined) return kept
  const type = Object.hasOwn(FILES, name) ? FILES[name] : undefined
  if (type === undefined) return undefined
  const file = keptText(type, readPackageFile(PACKAGE, `static/${name}`))
  files.set(name, file)
  return file
}

/** @param folder of the page, as its links are to begin: `docs/` at /docs, nothing at /docs/ */
export function docsPage(folder: string): KeptText {
  const link = (name: string) => `${folder}static/${name}`
  const root = folder === '' ? '../' : ''
  return keptText(
    'text/html; charset=utf-8',
    `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Timbre API</title>
<link rel="stylesheet" href="${link('swagger-ui.css')}">
<link rel="stylesheet" href="${link('timbre.css')}">
<link rel="icon" type="image/svg+xml" href="${link('timbre.svg')}">
</head>
<body>
<header class="timbre">
<a class="name" href="${root}docs"><img src="${link('timbre.svg')}" alt="" width="24" height="24">Timbre</a>
<nav><a href="${root}openapi.json">OpenAPI</a> <a href="${root}sdk.tgz">SDK</a></nav>
</header>
<div id="swagger-ui"></div>
<script src="${link('swagger-ui-bundle.js')}"></script>
<script src="${link('start.js')}"></script>
</body>
</html>
`,
  )
}

// The validator badge would send the document's address to another host.
const START = `if (matchMedia('(prefers-color-scheme: dark)').matches) document.documentElement.classList.add('dark-mode')
window.onload = () => {
  const folder = location.href.split(/[?#]/, 1)[0].replace(/\\/?$/, '/')
  SwaggerUIBundle({
    url: new URL('json', folder).href,
    dom_id: '#swagger-ui',
    deepLinking: true,
    displayRequestDuration: true,
    filter: true,
    persistAuthorization: true,
    tryItOutEnabled: true,
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
  })
}
`

const STYLES = `body { margin: 0; background: #fafafa; }
.timbre { display: flex; justify-content: space-between; align-items: center; padding: 12px 20px; font: 16px system-ui, sans-serif; background: #14213d; }
.timbre a { color: #fff; text-decoration: none; }
.timbre a:hover, .timbre a:focus-visible { text-decoration: underline; }
.timbre .name { display: flex; align-items: center; gap: 10px; font-weight: 600; }
.timbre nav { display: flex; gap: 20px; }
.swagger-ui .info { margin: 28px 0; }
.swagger-ui .info .base-url, .swagger-ui .info > div > a { display: none; }
.dark-mode body { background: #1c2022; }
@media (max-width: 600px) {
  .swagger-ui .opblock-summary-path { font-size: 13px; max-width: calc(100vw - 190px); }
  .swagger-ui .opblock-summary-description { display: none; }
}
`

/** A bell. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="5" fill="#fca311"/><path d="M12 4.5a5 5 0 0 0-5 5v3.6L5.6 16h12.8L17 13.1V9.5a5 5 0 0 0-5-5zm-2 13a2 2 0 0 0 4 0z" fill="#14213d"/></svg>
`

/** Read at the first request for one of them, and then in memory: 1.6 MB. */
const files = new Map<string, KeptText>([
  ['start.js', keptText(SCRIPT, START)],
  ['timbre.css', keptText(STYLE, STYLES)],
  ['timbre.svg', keptText('image/svg+xml', ICON)],
])
