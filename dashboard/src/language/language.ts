// Owns the language of the page: the browser's or the one that was chosen, and how a screen declares its words in both.
import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import { prefer, preferred } from '../browser/preferences.ts'

export const LANGUAGES = ['en', 'es'] as const
export type Language = (typeof LANGUAGES)[number]

type Table = Readonly<Record<string, string>>
/** `events_one` and `events_other` are asked for as `events`, with a `count`. */
type Key<W extends Table> = keyof W extends infer K
  ? K extends `${infer Base}_${'one' | 'other' | 'many'}`
    ? Base
    : K & string
  : never
export type Values = Readonly<Record<string, string | number>>
export type Words<W extends Table> = (key: Key<W>, values?: Values) => string

void i18next.use(initReactI18next).init({
  lng: startLanguage(),
  fallbackLng: 'en',
  initAsync: false,
  resources: {},
  keySeparator: false,
  nsSeparator: false,
  // React escapes what it shows.
  interpolation: { escapeValue: false },
})
document.documentElement.lang = currentLanguage()

/** A screen's words. The compiler holds the Spanish to the keys of the English. */
export function defineWords<const W extends Table>(namespace: string, en: W, es: Readonly<Record<keyof W, string>>) {
  i18next.addResourceBundle('en', namespace, en)
  i18next.addResourceBundle('es', namespace, es)
  return function useWords(): Words<W> {
    const { t } = useTranslation(namespace)
    return (key, values = {}) => t(key as string, { ...values, defaultValue: '' })
  }
}

export function currentLanguage(): Language {
  return i18next.language === 'es' ? 'es' : 'en'
}

export function useLanguage(): Language {
  return useTranslation().i18n.language === 'es' ? 'es' : 'en'
}

export function setLanguage(language: Language): void {
  prefer('language', language)
  document.documentElement.lang = language
  void i18next.changeLanguage(language)
}

function startLanguage(): Language {
  const wanted = preferred('language') ?? navigator.languages.find((one) => /^(en|es)\b/.test(one)) ?? 'en'
  return wanted.startsWith('es') ? 'es' : 'en'
}
