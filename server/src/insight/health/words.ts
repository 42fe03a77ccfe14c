// Owns the two languages in which health is told.

export const HEALTH_LANGUAGES = ['en', 'es'] as const
export type HealthLanguage = (typeof HEALTH_LANGUAGES)[number]

/** The same in both. */
export type Words = Readonly<Record<HealthLanguage, string>>
