// Owns copying to the clipboard, and saying that it happened.
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { after } from '../browser/clock.ts'
import { useSharedWords } from '../language/shared-words.ts'
import { Button, IconButton } from './button.tsx'

const SAID_MS = 2000

function useCopied(): readonly [boolean, (text: string) => void] {
  const [isCopied, setCopied] = useState(false)
  const copy = (text: string) => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true)
      after(SAID_MS, () => setCopied(false))
    })
  }
  return [isCopied, copy]
}

export function CopyIcon({ text, name }: { readonly text: string; readonly name: string }) {
  const say = useSharedWords()
  const [isCopied, copy] = useCopied()
  return (
    <IconButton
      label={isCopied ? say('copied') : say('copyName', { name })}
      onClick={(event) => {
        event.stopPropagation()
        copy(text)
      }}
    >
      {isCopied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
    </IconButton>
  )
}

/** @param text is made when it is asked for: a signature has the time in it */
export function CopyButton({ text, label }: { readonly text: () => string; readonly label: string }) {
  const say = useSharedWords()
  const [isCopied, copy] = useCopied()
  return (
    <Button onClick={() => copy(text())}>
      {isCopied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
      <span aria-live="polite">{isCopied ? say('copied') : label}</span>
    </Button>
  )
}
