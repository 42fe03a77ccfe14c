// Owns the words of the palette.
import { defineWords } from '../language/language.ts'

export const usePaletteWords = defineWords(
  'palette',
  {
    title: 'Find',
    placeholder: 'Paste an id, or type the name of a screen',
    searching: 'Looking …',
    nothing: 'Nothing in this workspace has this id, and no screen this name.',
    hint: 'Ids of calls, events, deliveries and webhooks, and telephone numbers, lead to the very thing.',
    failed: 'The search failed. Check the network and type again.',
  },
  {
    title: 'Buscar',
    placeholder: 'Pega un id o escribe el nombre de una pantalla',
    searching: 'Buscando …',
    nothing: 'Nada en este workspace tiene ese id, ni ninguna pantalla ese nombre.',
    hint: 'Los ids de llamadas, eventos, entregas y webhooks, y los números de teléfono, llevan a la cosa misma.',
    failed: 'La búsqueda falló. Revisa la red y escribe de nuevo.',
  },
)
