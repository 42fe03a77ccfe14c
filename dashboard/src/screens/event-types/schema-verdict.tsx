// Owns the verdict on a schema and its example, in words, below the editors. It keeps its height, so that nothing jumps while one types.
import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react'
import { useEventTypeWords } from './event-type-words.ts'
import type { TypedVerdict } from './use-typed-verdict.ts'

interface VerdictProps {
  readonly verdict: TypedVerdict
  readonly hasExample: boolean
}

const LOOKS = {
  checking: 'text-muted',
  unknown: 'text-muted',
  usable: 'text-ok',
  faulty: 'text-fail',
} as const

export function SchemaVerdict({ verdict, hasExample }: VerdictProps) {
  const say = useEventTypeWords()
  const { state, fault, ofSchema, ofExample } = verdict
  const issues = [
    ...ofSchema.map((issue) => ({ ...issue, where: say('inSchema') })),
    ...ofExample.map((issue) => ({ ...issue, where: say('inExample') })),
  ]
  const Icon = { checking: LoaderCircle, unknown: CircleX, usable: CircleCheck, faulty: CircleX }[state]
  const words = {
    checking: say('verdictChecking'),
    unknown: say('verdictUnknown'),
    usable: say(hasExample ? 'verdictOk' : 'verdictOkWithout'),
    faulty: fault === undefined ? say('verdictFaults', { count: issues.length }) : say(fault.reason),
  }[state]
  return (
    <section role="status" className={`min-h-12 rounded-md border border-line bg-surface p-3 text-sm ${LOOKS[state]}`}>
      <p className="flex items-center gap-2 font-semibold">
        <Icon size={16} aria-hidden /> {words}
      </p>
      {state === 'faulty' && issues.length > 0 && (
        <ul className="mt-2 flex flex-col gap-1 pl-6">
          {issues.map(({ where, pointer, message }) => (
            <li key={`${where} ${pointer} ${message}`}>
              {where} <code className="font-mono">{pointer}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
