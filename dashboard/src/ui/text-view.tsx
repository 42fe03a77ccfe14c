// Owns how a text that somebody else wrote is shown: as text and nothing else, within bounds, pretty where it is JSON.
import { useState } from 'react'
import { useLanguage } from '../language/language.ts'
import { useSharedWords } from '../language/shared-words.ts'
import { countText } from '../language/time-text.ts'
import { CopyIcon } from './copy-button.tsx'
import { prettyJson } from './pretty-json.ts'

/** More of it would hold up the page. Copying takes all of it. */
const CHARACTERS_MAX = 60_000

interface TextViewProps {
  readonly text: string
  readonly name: string
  readonly note?: string
}

export function TextView({ text, name, note }: TextViewProps) {
  const say = useSharedWords()
  const language = useLanguage()
  const [isRaw, setRaw] = useState(false)
  const pretty = prettyJson(text)
  const whole = isRaw ? text : (pretty ?? text)
  const shown = whole.slice(0, CHARACTERS_MAX)
  return (
    <div className="min-w-0">
      <div className="flex items-center gap-2 px-3 pt-2 text-xs text-muted print:hidden">
        <span className="mr-auto min-w-0">{note}</span>
        {pretty !== undefined && (
          <button
            type="button"
            aria-pressed={isRaw}
            onClick={() => setRaw(!isRaw)}
            className="shrink-0 rounded-sm px-2 py-1 whitespace-nowrap hover:bg-hover aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
          >
            {say('raw')}
          </button>
        )}
        <CopyIcon text={text} name={name} />
      </div>
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard (WCAG 2.1.1) */}
      <section tabIndex={0} aria-label={name} className="max-h-96 overflow-auto px-4 pb-4 print:max-h-none">
        <pre className="font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap">{shown}</pre>
      </section>
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: as above */}
      {shown.length < whole.length && (
        <p className="px-4 pb-3 text-xs text-muted">
          {say('cut', { shown: countText(shown.length, language), all: countText(whole.length, language) })}
        </p>
      )}
    </div>
  )
}
