// Owns how the dashboard is bundled. Must never let a style or a script into the page itself: its policy allows files only.
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react(), tailwindcss()],
  // As the server serves it: at the root of a host.
  base: '/',
  build: {
    target: 'es2023',
    // A `data:` address would need more of the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What every screen needs, in few files: a browser asks an HTTP/1.1 server for six at a time.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'libraries',
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next|lucide-react)[\\/]/,
            },
            // The editor of JSON is loaded where one is shown.
            {
              name: 'parts',
              test: /dashboard[\\/]src[\\/](ui[\\/](?!json-(editor-view|editor-look|places))|language|browser|session)/,
            },
          ],
        },
      },
    },
    // The licences of what is bundled, as most of them ask.
    license: { fileName: 'licenses.md' },
  },
})
