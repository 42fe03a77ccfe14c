// Owns why attempts fail: the cause that an outcome, a status and a phase have in common, and what is said of each. Pure.
import type { OutcomeKind } from '@timbre/contract/attempt.ts'
import type { StopPhase } from '@timbre/contract/attempt-phases.ts'
import type { CertificateFault } from '@timbre/contract/certificate-faults.ts'
import type { FailureCause } from '@timbre/contract/webhook-health.ts'
import type { Words } from './words.ts'

/** What is known of an attempt. */
export interface AttemptEnd {
  readonly outcome: OutcomeKind
  readonly status: number | null
  readonly phase: StopPhase | null
  /** What is wrong with the receiver's certificate, where that is why it failed. */
  readonly fault: CertificateFault | null
}

const OWN_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 405, 410, 413, 429])

/** Undefined: it succeeded. */
export function failureCause({ outcome, status, phase, fault }: AttemptEnd): FailureCause | undefined {
  switch (outcome) {
    case 'answered':
      return statusCause(status ?? 0)
    case 'timed_out':
      if (phase === 'body') return 'body_timed_out'
      return phase === 'first_byte' ? 'response_timed_out' : 'connect_timed_out'
    case 'tls_failed':
      return fault ?? 'tls_failed'
    case 'dns_failed':
    case 'blocked_address':
    case 'invalid_target':
    case 'connection_refused':
    case 'connection_reset':
    case 'connection_failed':
    case 'invalid_response':
      return outcome
  }
}

function statusCause(status: number): FailureCause | undefined {
  if (status >= 200 && status < 300) return undefined
  // The set names those of the contract's words.
  if (OWN_STATUSES.has(status)) return `status_${status}` as FailureCause
  if (status >= 500) return 'status_5xx'
  return status >= 400 ? 'status_4xx' : 'status_3xx'
}

interface CauseWords {
  readonly message: Words
  readonly advice: Words
}

export const CAUSE_WORDS: Readonly<Record<FailureCause, CauseWords>> = {
  dns_failed: {
    message: { en: 'The host name cannot be resolved.', es: 'El nombre del host no se puede resolver.' },
    advice: {
      en: 'Check its spelling in the url, its DNS records and the name servers of its domain.',
      es: 'Revisa cómo está escrito en la url, sus registros DNS y los servidores de nombres de su dominio.',
    },
  },
  blocked_address: {
    message: {
      en: 'The host name has no address that deliveries may reach.',
      es: 'El nombre del host no tiene ninguna dirección a la que las entregas puedan llegar.',
    },
    advice: {
      en: 'Check that the name exists and that no address of it is private. The operator can add a range to TIMBRE_ALLOW_TARGETS.',
      es: 'Comprueba que el nombre exista y que ninguna de sus direcciones sea privada. El operador puede añadir un rango a TIMBRE_ALLOW_TARGETS.',
    },
  },
  invalid_target: {
    message: { en: 'The url or a header cannot be sent.', es: 'La url o una cabecera no se puede enviar.' },
    advice: { en: 'Correct the webhook.', es: 'Corrige el webhook.' },
  },
  connection_refused: {
    message: {
      en: 'Nothing accepts connections at the target.',
      es: 'Nada acepta conexiones en el destino.',
    },
    advice: {
      en: 'Check that the server runs and that the port in the url is right.',
      es: 'Comprueba que el servidor esté en marcha y que el puerto de la url sea correcto.',
    },
  },
  connection_reset: {
    message: {
      en: 'The receiver closes the connection before its response is complete.',
      es: 'El receptor cierra la conexión antes de completar su respuesta.',
    },
    advice: {
      en: 'Look for a crash, a restart or a limit there.',
      es: 'Busca allí una caída, un reinicio o un límite.',
    },
  },
  connection_failed: {
    message: { en: 'The target cannot be reached.', es: 'No se puede llegar al destino.' },
    advice: {
      en: 'Check its address, its routes and its firewall.',
      es: 'Revisa su dirección, sus rutas y su cortafuegos.',
    },
  },
  tls_failed: {
    message: { en: 'The TLS handshake fails.', es: 'La negociación TLS falla.' },
    advice: {
      en: 'Check that the port speaks TLS 1.2 or newer, asks for no client certificate, and takes HTTP/1.1. The error of an attempt says more.',
      es: 'Comprueba que el puerto hable TLS 1.2 o posterior, no pida un certificado de cliente y acepte HTTP/1.1. El error de un intento dice más.',
    },
  },
  certificate_expired: {
    message: {
      en: 'The certificate of the receiver has expired.',
      es: 'El certificado del receptor ha caducado.',
    },
    advice: {
      en: 'Renew it, and see to it that it is renewed by itself. If it was, reload the server, which still shows the old one.',
      es: 'Renuévalo y procura que se renueve solo. Si ya se renovó, recarga el servidor, que aún muestra el antiguo.',
    },
  },
  certificate_not_yet_valid: {
    message: {
      en: 'The certificate of the receiver is not valid yet.',
      es: 'El certificado del receptor aún no es válido.',
    },
    advice: {
      en: 'Check the clock of whoever issued it, and that of the machine on which Timbre runs.',
      es: 'Revisa el reloj de quien lo emitió y el de la máquina en la que corre Timbre.',
    },
  },
  certificate_wrong_host: {
    message: {
      en: 'The certificate of the receiver does not name the host in the url.',
      es: 'El certificado del receptor no nombra el host de la url.',
    },
    advice: {
      en: 'Issue one that has this name among its subject alternative names, or register the URL with a name that it has.',
      es: 'Emite uno que tenga ese nombre entre sus nombres alternativos (SAN), o registra la URL con un nombre que tenga.',
    },
  },
  certificate_self_signed: {
    message: {
      en: 'The certificate of the receiver is signed by itself.',
      es: 'El certificado del receptor está firmado por sí mismo.',
    },
    advice: {
      en: 'Use one of a public authority; there are some that are free. The operator can have yours trusted with NODE_EXTRA_CA_CERTS.',
      es: 'Usa uno de una autoridad pública; las hay gratuitas. El operador puede hacer que se confíe en el tuyo con NODE_EXTRA_CA_CERTS.',
    },
  },
  certificate_unknown_authority: {
    message: {
      en: 'The certificate of the receiver is signed by an authority that is not trusted.',
      es: 'El certificado del receptor lo firma una autoridad que no es de confianza.',
    },
    advice: {
      en: 'Use one of a public authority. The operator can have yours trusted with NODE_EXTRA_CA_CERTS.',
      es: 'Usa uno de una autoridad pública. El operador puede hacer que se confíe en la tuya con NODE_EXTRA_CA_CERTS.',
    },
  },
  certificate_chain_incomplete: {
    message: {
      en: 'The certificate of the receiver cannot be traced to a trusted authority.',
      es: 'El certificado del receptor no se puede rastrear hasta una autoridad de confianza.',
    },
    advice: {
      en: 'Let it send the intermediate certificates behind its own, mostly the file that is called full chain; a browser that knows them shows no fault. The operator can have an authority of your own trusted with NODE_EXTRA_CA_CERTS.',
      es: 'Que envíe los certificados intermedios detrás del suyo, casi siempre el archivo llamado «full chain»; un navegador que ya los conoce no muestra el fallo. El operador puede hacer que se confíe en una autoridad tuya con NODE_EXTRA_CA_CERTS.',
    },
  },
  connect_timed_out: {
    message: {
      en: 'No connection is established in time.',
      es: 'La conexión no se establece a tiempo.',
    },
    advice: {
      en: 'Check that the server is up and that a firewall lets it be reached.',
      es: 'Comprueba que el servidor esté en marcha y que ningún cortafuegos lo impida.',
    },
  },
  response_timed_out: {
    message: {
      en: 'The receiver takes the request and does not answer in time.',
      es: 'El receptor recibe la petición y no responde a tiempo.',
    },
    advice: {
      en: 'Answer 200 at once and do the work afterwards.',
      es: 'Responde 200 de inmediato y haz el trabajo después.',
    },
  },
  body_timed_out: {
    message: {
      en: 'The response begins and does not end in time.',
      es: 'La respuesta empieza y no termina a tiempo.',
    },
    advice: {
      en: 'End the body, or say its length in content-length.',
      es: 'Termina el cuerpo, o indica su longitud en content-length.',
    },
  },
  invalid_response: {
    message: {
      en: 'What comes back is not a valid HTTP/1.1 response.',
      es: 'Lo que llega no es una respuesta HTTP/1.1 válida.',
    },
    advice: {
      en: 'Check the url and its port; a server that speaks HTTP/2 only must take HTTP/1.1 too.',
      es: 'Revisa la url y su puerto; un servidor que solo habla HTTP/2 debe aceptar también HTTP/1.1.',
    },
  },
  status_3xx: {
    message: { en: 'The receiver redirects.', es: 'El receptor redirige.' },
    advice: {
      en: 'Redirects are not followed: register the final URL.',
      es: 'Las redirecciones no se siguen: registra la URL final.',
    },
  },
  status_401: {
    message: { en: 'The receiver answers 401.', es: 'El receptor responde 401.' },
    advice: {
      en: 'Check that it verifies with the current secret, and that its custom headers carry valid credentials.',
      es: 'Comprueba que verifique con el secreto actual y que sus cabeceras lleven credenciales válidas.',
    },
  },
  status_403: {
    message: { en: 'The receiver answers 403.', es: 'El receptor responde 403.' },
    advice: {
      en: 'Check the secret, the custom headers, and whether a firewall or a bot protection before the receiver refuses deliveries.',
      es: 'Revisa el secreto, las cabeceras y si un cortafuegos o una protección contra bots delante del receptor rechaza las entregas.',
    },
  },
  status_404: {
    message: { en: 'The receiver answers 404.', es: 'El receptor responde 404.' },
    advice: {
      en: 'Check the path in the url, and that the route is deployed.',
      es: 'Revisa la ruta de la url y que esté desplegada.',
    },
  },
  status_405: {
    message: { en: 'The receiver answers 405.', es: 'El receptor responde 405.' },
    advice: { en: 'Let the route take POST.', es: 'Permite POST en esa ruta.' },
  },
  status_410: {
    message: { en: 'The receiver answers 410: it wants no more.', es: 'El receptor responde 410: no quiere más.' },
    advice: {
      en: 'The webhook is disabled at such a response. If it is still wanted, answer 2xx and set isActive to true.',
      es: 'El webhook se desactiva con esa respuesta. Si aún se quiere, responde 2xx y pon isActive en true.',
    },
  },
  status_413: {
    message: {
      en: 'The receiver answers 413: the body is too large for it.',
      es: 'El receptor responde 413: el cuerpo es demasiado grande para él.',
    },
    advice: {
      en: 'Let it take bodies of 256 KiB, also in the proxy before it.',
      es: 'Permite cuerpos de 256 KiB, también en el proxy que tenga delante.',
    },
  },
  status_429: {
    message: {
      en: 'The receiver answers 429: it wants fewer requests.',
      es: 'El receptor responde 429: quiere menos peticiones.',
    },
    advice: { en: 'Set rateLimitPerSecond to what it takes.', es: 'Pon en rateLimitPerSecond lo que admita.' },
  },
  status_4xx: {
    message: { en: 'The receiver refuses the request (4xx).', es: 'El receptor rechaza la petición (4xx).' },
    advice: {
      en: 'Its response says why: look at an attempt. Any 2xx counts as success.',
      es: 'Su respuesta dice por qué: mira un intento. Cualquier 2xx cuenta como éxito.',
    },
  },
  status_5xx: {
    message: { en: 'The receiver fails itself (5xx).', es: 'El propio receptor falla (5xx).' },
    advice: {
      en: 'Look at its log, and at the proxy before it. Any 2xx counts as success.',
      es: 'Mira su registro y el del proxy que tenga delante. Cualquier 2xx cuenta como éxito.',
    },
  },
}
