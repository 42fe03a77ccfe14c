// Owns how an id is shown: whole, and to be copied.
import { CopyIcon } from './copy-button.tsx'

export function IdText({ id, name }: { readonly id: string; readonly name: string }) {
  return (
    <span className="inline-flex max-w-full items-center gap-0.5">
      <code className="font-mono text-sm wrap-anywhere">{id}</code>
      <CopyIcon text={id} name={name} />
    </span>
  )
}
