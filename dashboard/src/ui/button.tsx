// Owns buttons: one primary on a screen, quiet ones beside it, and those that destroy.
import { Button as BaseButton } from '@base-ui/react/button'
import type { ComponentProps, ReactNode } from 'react'

const KINDS = {
  primary: 'bg-accent text-on-accent hover:bg-accent-hover border-transparent font-semibold',
  quiet: 'bg-surface text-ink border-line hover:bg-hover',
  bare: 'bg-transparent text-ink border-transparent hover:bg-hover',
  danger: 'bg-fail-soft text-fail border-transparent hover:border-fail font-semibold',
} as const

export type ButtonKind = keyof typeof KINDS

const SHAPE =
  'inline-flex items-center justify-center gap-2 rounded-md border text-sm whitespace-nowrap select-none transition-colors disabled:opacity-50'

/** The looks of a button, for a link that leads somewhere. */
export function buttonLook(kind: ButtonKind = 'quiet'): string {
  return `${SHAPE} ${KINDS[kind]} h-9 px-3.5`
}

interface ButtonProps extends Omit<ComponentProps<typeof BaseButton>, 'className'> {
  readonly kind?: ButtonKind
}

export function Button({ kind = 'quiet', ...rest }: ButtonProps) {
  return <BaseButton {...rest} className={buttonLook(kind)} />
}

/** Buttons beside each other, one below the other where there is no place. */
export function Buttons({ children }: { readonly children: ReactNode }) {
  return <div className="flex flex-wrap gap-2">{children}</div>
}

interface IconButtonProps extends Omit<ButtonProps, 'aria-label'> {
  /** What a screen reader and a tooltip say. */
  readonly label: string
}

export function IconButton({ kind = 'bare', label, ...rest }: IconButtonProps) {
  return (
    <BaseButton
      {...rest}
      aria-label={label}
      title={label}
      className={`${SHAPE} ${KINDS[kind]} size-9 shrink-0 print:hidden`}
    />
  )
}
