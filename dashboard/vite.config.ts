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
    // The licences of what is bundled, as most of them ask.
    license: { fileName: 'licenses.md' },
  },
})
