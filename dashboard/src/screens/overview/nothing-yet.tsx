// Owns the overview of a workspace that has no webhook yet.
import { Link } from '@tanstack/react-router'
import { useCan } from '../../session/session.tsx'
import { buttonLook } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { useOverviewWords } from './overview-words.ts'

export function NothingYet() {
  const say = useOverviewWords()
  const mayManage = useCan('manage')
  return (
    <Card>
      <EmptyState
        title={say('emptyTitle')}
        action={
          mayManage && (
            <Link to="/webhooks/new" className={buttonLook('primary')}>
              {say('addWebhook')}
            </Link>
          )
        }
      >
        {say('emptyText')}
      </EmptyState>
    </Card>
  )
}
