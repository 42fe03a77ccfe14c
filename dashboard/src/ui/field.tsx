// Owns a field of a form: its name, the rule explained, and what the server says is wrong with it.
import { Field as BaseField } from '@base-ui/react/field'
import type { ComponentProps, ReactNode } from 'react'

export const INPUT =
  'w-full h-10 rounded-md border border-control bg-surface px-3 py-2 text-base text-ink aria-invalid:border-fail disabled:opacity-60'

interface FieldProps {
  readonly label: string
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly children: ReactNode
}

export function Field({ label, hint, error, children }: FieldProps) {
  return (
    <BaseField.Root invalid={error !== undefined} className="flex flex-col gap-1.5">
      <BaseField.Label className="text-sm font-semibold">{label}</BaseField.Label>
      {children}
      {error !== undefined && (
        <BaseField.Error match={true} className="text-sm text-fail">
          {error}
        </BaseField.Error>
      )}
      {hint !== undefined && <BaseField.Description className="text-sm text-muted">{hint}</BaseField.Description>}
    </BaseField.Root>
  )
}

/** An input inside a Field. */
export function TextInput({ isMono = false, ...rest }: ComponentProps<'input'> & { readonly isMono?: boolean }) {
  return (
    <BaseField.Control
      render={<input spellCheck={false} autoCapitalize="off" autoCorrect="off" {...rest} />}
      className={`${INPUT} ${isMono ? 'font-mono text-sm' : ''}`}
    />
  )
}

/** A larger one, for what is pasted. */
export function TextArea(rest: ComponentProps<'textarea'>) {
  return (
    <BaseField.Control
      render={<textarea spellCheck={false} autoCapitalize="off" autoCorrect="off" {...rest} />}
      className={`${INPUT} h-auto resize-y font-mono text-sm`}
    />
  )
}
