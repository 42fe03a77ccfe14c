// Owns what the tests of the dashboard look for on a page, in both languages.

const EN = {
  language: 'en',
  workspaceId: 'Workspace id',
  apiKey: 'API key',
  signIn: 'Sign in',
  signOut: 'Sign out',
  linkOver: 'This link is good no more',
  deliveries: 'Deliveries',
  webhooks: 'Webhooks',
  live: 'Live',
  isLive: 'Live: changes are shown',
  add: 'Add a webhook',
  create: 'Add it',
  urlFault: 'url cannot be used',
  testSend: 'Send now',
  testFailed: 'The receiver did not take it.',
  reason: 'The receiver answered 401.',
  noMore: 'No more attempts are made by themselves.',
  find: 'Paste an id, or type the name of a screen',
  retry: 'Retry now',
  delivered: 'The receiver answered 200.',
}
export type Spoken = Readonly<Record<keyof typeof EN, string>>

const ES: Spoken = {
  language: 'es',
  workspaceId: 'Id del workspace',
  apiKey: 'Clave de API',
  signIn: 'Entrar',
  signOut: 'Salir',
  linkOver: 'Este enlace ya no vale',
  deliveries: 'Entregas',
  webhooks: 'Webhooks',
  live: 'En vivo',
  isLive: 'En vivo: los cambios',
  add: 'Añadir un webhook',
  create: 'Añadirlo',
  urlFault: 'No se puede usar la url',
  testSend: 'Enviar ahora',
  testFailed: 'El receptor no la aceptó.',
  reason: 'El receptor respondió 401.',
  noMore: 'No se hacen más intentos por sí solos.',
  find: 'Pega un id o escribe el nombre de una pantalla',
  retry: 'Reintentar ahora',
  delivered: 'El receptor respondió 200.',
}

export const WORDS = { en: EN, es: ES } as const
