// Owns the switch of the language.
import { LANGUAGES, type Language, setLanguage, useLanguage } from '../language/language.ts'
import { useShellWords } from './shell-words.ts'
import { Switch } from './switch.tsx'

const NAMES: Readonly<Record<Language, string>> = { en: 'English', es: 'Español' }

export function LanguageSwitch() {
  const say = useShellWords()
  const options = LANGUAGES.map((value) => ({ value, label: NAMES[value] }))
  return <Switch label={say('language')} options={options} value={useLanguage()} onChange={setLanguage} />
}
