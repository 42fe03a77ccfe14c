// Owns how a bucket of time is called: by its day, its hour or its minute, in the user's zone; days are those of UTC.
import type { BucketSize } from '@getsupervisor/agents-studio-sdk'
import { useLanguage } from '../../language/language.ts'

const DAY = { day: 'numeric', month: 'short', timeZone: 'UTC' } as const
const TIME = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const

/** @returns a name for the beginning of a bucket, in milliseconds */
export function useBucketName(bucket: BucketSize): (at: number) => string {
  const language = useLanguage()
  const format = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, bucket === '1d' ? DAY : TIME)
  return (at) => format.format(at)
}
