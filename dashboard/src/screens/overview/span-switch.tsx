// Owns the choice of how far back an overview looks.
import { Switch } from '../../shell/switch.tsx'
import { useOverviewWords } from './overview-words.ts'
import { SPANS, type Span } from './span.ts'

interface SpanSwitchProps {
  readonly span: Span
  readonly onChange: (span: Span) => void
}

export function SpanSwitch({ span, onChange }: SpanSwitchProps) {
  const say = useOverviewWords()
  const options = SPANS.map((value) => ({ value, label: say(value) }))
  return <Switch label={say('span')} options={options} value={span} onChange={onChange} />
}
