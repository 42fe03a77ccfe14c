// Owns dialogs: in the middle, or at the side for what stands beside a list.
import { Dialog as BaseDialog } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSharedWords } from '../language/shared-words.ts'
import { IconButton } from './button.tsx'

const PLACES = {
  middle:
    'left-1/2 top-[8vh] max-h-[84vh] w-[min(34rem,calc(100vw-2rem))] -translate-x-1/2 rounded-lg border border-line',
  side: 'right-0 top-0 h-dvh w-[min(22rem,85vw)] border-l border-line',
} as const

interface DialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  readonly place?: keyof typeof PLACES
  readonly children: ReactNode
}

export function Dialog({ isOpen, onClose, title, place = 'middle', children }: DialogProps) {
  const say = useSharedWords()
  return (
    <BaseDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <BaseDialog.Popup
          className={`fixed z-50 flex flex-col overflow-auto bg-raised shadow-raised ${PLACES[place]}`}
          data-dialog=""
        >
          <header className="sticky top-0 z-10 flex items-center justify-between gap-4 border-b border-line bg-raised px-5 py-3">
            <BaseDialog.Title className="text-lg font-semibold">{title}</BaseDialog.Title>
            <BaseDialog.Close
              render={
                <IconButton label={say('close')}>
                  <X size={18} aria-hidden />
                </IconButton>
              }
            />
          </header>
          <div className="flex flex-col gap-4 p-5">{children}</div>
        </BaseDialog.Popup>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  )
}
