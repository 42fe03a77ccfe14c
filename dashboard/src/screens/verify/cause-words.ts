// Owns the Spanish of the causes that a diagnosis names; their English is the SDK's own.
import { CAUSES, type DiagnosisCause } from '@getsupervisor/agents-studio-sdk/receiver'
import type { Language } from '../../language/language.ts'

interface CauseWords {
  readonly means: string
  readonly remedy: string
}

const SPANISH: Readonly<Record<DiagnosisCause, CauseWords>> = {
  secret_missing: {
    means: 'No hay secreto con el que verificar.',
    remedy: 'Define la variable de la que sale; la página del webhook muestra su secreto.',
  },
  secret_masked: {
    means: 'El secreto es la vista enmascarada.',
    remedy: 'Usa el secreto entero: la página del webhook lo muestra.',
  },
  header_missing: {
    means: 'Faltan cabeceras de la firma: algo antes del receptor las quita, o la petición no es del servicio.',
    remedy: 'Que el proxy, el gateway o la función deje pasar webhook-id, webhook-timestamp y webhook-signature.',
  },
  header_malformed: {
    means: 'Una cabecera de la firma no tiene su formato: algo antes del receptor la reescribe.',
    remedy: 'Que el proxy, el gateway o la función deje pasar las cabeceras webhook-* sin cambios.',
  },
  headers_changed: {
    means:
      'Cuerpo y secreto son correctos, pero webhook-id, webhook-timestamp o webhook-signature no es lo que se envió.',
    remedy: 'Pasa las cabeceras de esta misma petición, sin cambios, junto con su cuerpo.',
  },
  scheme_mixed: {
    means: 'Se mezclan dos esquemas: uno tiene la clave, el texto firmado, el formato o la cabecera del otro.',
    remedy:
      'webhook-signature: v1,<base64>, sobre <id>.<timestamp>.<cuerpo>, con la parte decodificada tras whsec_. x-supervisor-signature: sha256=<hex>, sobre el cuerpo, con el secreto entero.',
  },
  secret_spelling: {
    means: 'El secreto es correcto salvo en cómo está escrito: su prefijo, espacios, comillas o una codificación.',
    remedy: 'Usa el secreto exactamente como lo muestra el servicio, con whsec_, como texto plano.',
  },
  older_secret: {
    means: 'El secreto es otro de este webhook: se sustituyó en una rotación.',
    remedy: 'Toma el secreto actual, o pasa ambos mientras rotas.',
  },
  other_webhook: {
    means: 'La petición está firmada con el secreto de otro webhook.',
    remedy: 'Usa el secreto del webhook que envía a esta URL; puede haber varios.',
  },
  body_missing: {
    means: 'El cuerpo está vacío: algo lo leyó antes.',
    remedy: 'Lee el cuerpo en crudo antes de cualquier parser, o usa un adaptador.',
  },
  trailing_newline: {
    means: 'Los espacios alrededor del cuerpo, o sus finales de línea, no son los que se enviaron.',
    remedy: 'Toma los bytes como llegaron: sin recortar, sin leer por líneas, sin editor.',
  },
  charset: {
    means:
      'El cuerpo se decodificó o codificó con otro juego de caracteres que UTF-8, o se normalizaron sus caracteres.',
    remedy: 'Conserva los bytes, o decodifícalos y codifícalos como UTF-8, sin marca de orden de bytes.',
  },
  double_encoded: {
    means: 'El cuerpo se codificó una vez más: como texto JSON, en base64, para una URL o como formulario.',
    remedy:
      'Deshaz primero la codificación del gateway o de la cola (por ejemplo isBase64Encoded) y verifica lo de dentro.',
  },
  body_reserialised: {
    means: 'El cuerpo se parseó y se escribió otra vez como JSON: significa lo mismo y sus bytes son otros.',
    remedy:
      'Conserva el cuerpo en crudo: registra el receptor antes de express.json() o similares, o usa un adaptador.',
  },
  truncated: {
    means: 'El cuerpo termina demasiado pronto.',
    remedy: 'Sube a 1 MiB el límite de cuerpo del proxy o del framework; los eventos pueden tener 256 KiB.',
  },
  id_mismatch: {
    means: 'La firma es correcta, pero webhook-id no es el id del evento del cuerpo.',
    remedy: 'Recházala: el servicio nunca envía un evento con otro id que el suyo.',
  },
  clock: {
    means: 'La firma es correcta, pero el reloj de esa máquina no.',
    remedy: 'Pon el reloj en hora con NTP y compara webhook-timestamp con segundos UTC.',
  },
  replayed: {
    means: 'La firma es correcta, pero la petición es antigua: grabada y enviada de nuevo, o retenida.',
    remedy: 'Recházala. Si la retuvo una cola tuya, verifica antes de la cola.',
  },
}

export function causeWords(cause: DiagnosisCause, language: Language): CauseWords {
  return language === 'es' ? SPANISH[cause] : CAUSES[cause]
}
