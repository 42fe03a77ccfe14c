// Owns the size of a test: its shortest form in `npm test`, the whole of it in `npm run test:long`.
import { inject } from 'vitest'

export function atLength<T>(short: T, long: T): T {
  return inject('isLong') ? long : short
}
