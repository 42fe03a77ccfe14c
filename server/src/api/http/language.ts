// Owns the choice between English and Spanish from `Accept-Language` (RFC 9110 §12.5.4).
// Must never refuse a request: what it does not understand means English.

export type Language = 'en' | 'es'

const RANGE = /^(en|es|\*)(?:-[a-z0-9-]+)?$/

/** The language with the highest q-value of those we speak; of equal ones the first; else English. */
export function preferredLanguage(header: string | undefined): Language {
  if (header === undefined || !/es/i.test(header)) return 'en'
  let best: { readonly language: Language; readonly quality: number } = { language: 'en', quality: 0 }
  for (const item of header.slice(0, 1000).split(',')) {
    const [range = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase())
    const language = RANGE.exec(range)?.[1]
    const quality = qualityOf(parameters)
    if (language !== undefined && quality > best.quality) best = { language: language === 'es' ? 'es' : 'en', quality }
  }
  return best.language
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  if (weight === undefined) return 1
  const quality = Number(weight.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
