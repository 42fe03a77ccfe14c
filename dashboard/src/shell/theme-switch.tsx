// Owns the switch of the theme.
import { setTheme, THEMES, useTheme } from '../browser/theme.ts'
import { useShellWords } from './shell-words.ts'
import { Switch } from './switch.tsx'

export function ThemeSwitch() {
  const say = useShellWords()
  const options = THEMES.map((value) => ({ value, label: say(value) }))
  return <Switch label={say('theme')} options={options} value={useTheme()} onChange={setTheme} />
}
