// Owns what is shown at an address that leads nowhere: what the service would say of it, and the way out.
import { NotFoundError } from '@getsupervisor/agents-studio-sdk'
import { Link } from '@tanstack/react-router'
import { useSharedWords } from '../language/shared-words.ts'
import { buttonLook } from '../ui/button.tsx'
import { ErrorState } from '../ui/states.tsx'
import { useShellWords } from './shell-words.ts'

const NO_PAGE = new NotFoundError({ code: 'ROUTE_NOT_FOUND', status: 404, message: '' })

export function NoPage() {
  const say = useShellWords()
  const sayShared = useSharedWords()
  const toStart = (
    <Link to="/" className={buttonLook()}>
      {say('toStart')}
    </Link>
  )
  return (
    <>
      <title>{`${sayShared('notFoundTitle')} · Timbre`}</title>
      <ErrorState error={NO_PAGE} action={toStart} />
    </>
  )
}
