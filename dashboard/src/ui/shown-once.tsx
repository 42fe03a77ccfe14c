// Owns what is shown once and never again: the text, and the button that copies it.
// Must never keep it: it goes when its dialog is closed.
import { CopyIcon } from './copy-button.tsx'

export function ShownOnce({ text, name }: { readonly text: string; readonly name: string }) {
  return (
    <div className="flex items-center gap-1 rounded-md bg-hover px-3 py-2">
      <code className="min-w-0 flex-1 font-mono text-sm break-all">{text}</code>
      <CopyIcon text={text} name={name} />
    </div>
  )
}
