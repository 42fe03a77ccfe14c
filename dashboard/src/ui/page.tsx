// Owns the frame of a screen: its heading, what can be done on it, and its content.
import type { ReactNode } from 'react'

interface PageProps {
  readonly title: ReactNode
  /** Of the browser's tab, where the title is no plain text. */
  readonly name?: string
  readonly note?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, name, note, actions, children }: PageProps) {
  return (
    <div className="mx-auto flex w-full max-w-[100rem] min-w-0 flex-col gap-5 p-4 sm:p-6 lg:p-8">
      <title>{`${name ?? title} · Timbre`}</title>
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="flex min-w-0 flex-1 basis-72 flex-col gap-1">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {note !== undefined && <div className="text-sm text-muted">{note}</div>}
        </div>
        {actions !== undefined && <div className="flex flex-wrap gap-2 print:hidden">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

export function Card({ title, aside, children }: { title?: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="min-w-0 overflow-clip rounded-lg border border-line bg-surface">
      {title !== undefined && (
        <header className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2.5">
          <h2 className="text-sm font-semibold">{title}</h2>
          {aside}
        </header>
      )}
      {children}
    </section>
  )
}

/** Two columns where there is room, each as long as it is: what is below one card does not wait for the one beside it. */
export function Columns({ children: [left, right] }: { readonly children: readonly [ReactNode, ReactNode] }) {
  return (
    <div className="grid grid-cols-1 items-start gap-5 xl:grid-cols-2">
      <div className="flex min-w-0 flex-col gap-5">{left}</div>
      <div className="flex min-w-0 flex-col gap-5">{right}</div>
    </div>
  )
}
