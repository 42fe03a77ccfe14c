// Owns the words of the door.
import { defineWords } from '../language/language.ts'

export const useSessionWords = defineWords(
  'session',
  {
    title: 'Timbre',
    key: 'API key',
    keyHint: 'It begins with sk_. The admin key opens every workspace.',
    workspace: 'Workspace id',
    workspaceHint: 'A UUID. The key works in the workspace that issued it.',
    enter: 'Sign in',
    entering: 'Signing in …',
    expired: 'You were signed out: the key or the session is not valid any more. Sign in again.',
    where: 'Both are printed once, at the first',
    docs: 'API reference',
    signOut: 'Sign out',
  },
  {
    title: 'Timbre',
    key: 'Clave de API',
    keyHint: 'Empieza por sk_. La clave de administración abre todos los workspaces.',
    workspace: 'Id del workspace',
    workspaceHint: 'Un UUID. La clave vale en el workspace que la emitió.',
    enter: 'Entrar',
    entering: 'Entrando …',
    expired: 'La sesión se cerró: la clave o la sesión ya no es válida. Entra de nuevo.',
    where: 'Ambos se imprimen una vez, en el primer',
    docs: 'Referencia de la API',
    signOut: 'Salir',
  },
)
