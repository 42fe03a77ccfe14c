// Owns the Spanish of the sentences under failed attempts. They are stored in English (platform/http/failure.ts,
// engine/failure-sentence.ts) and said in the language of whoever reads them.
import type { Language } from '../http/language.ts'

/** `{}` is a status or the code of an error. A sentence that is not here, of an older version, stays English. */
const SPANISH: readonly (readonly [english: string, spanish: string])[] = [
  ['No answer came.', 'No llegó ninguna respuesta.'],
  ['Status {} came, but not the whole response.', 'Llegó el estado {}, pero no la respuesta completa.'],
  ['The receiver answered {}.', 'El receptor respondió {}.'],
  [
    'It answers a conditional GET, and a delivery is neither: answer any 2xx.',
    'Eso responde a un GET condicional, y una entrega no lo es: responde cualquier 2xx.',
  ],
  [
    'Redirects are not followed: register the final URL.',
    'Las redirecciones no se siguen: registra la URL definitiva.',
  ],
  [
    'Check the signature secret and the custom headers.',
    'Revisa el secreto de la firma y las cabeceras personalizadas.',
  ],
  ['Check the URL and that it takes POST.', 'Revisa la URL y que acepte POST.'],
  [
    // As 0.1.0 stored it.
    'The webhook was switched off; set isActive to true to use it again.',
    'El webhook se desactivó; pon isActive a true para volver a usarlo.',
  ],
  [
    'The webhook was disabled; set isActive to true to use it again.',
    'El webhook se desactivó; pon isActive a true para volver a usarlo.',
  ],
  [
    'The receiver wants fewer requests: set rateLimitPerSecond.',
    'El receptor quiere menos peticiones: configura rateLimitPerSecond.',
  ],
  ['Any 2xx counts as success.', 'Cualquier 2xx cuenta como éxito.'],
  [
    'The connection failed ({}). Check that the target can be reached.',
    'La conexión falló ({}). Comprueba que se pueda llegar al destino.',
  ],
  [
    'The connection failed (unknown cause). Check that the target can be reached.',
    'La conexión falló (causa desconocida). Comprueba que se pueda llegar al destino.',
  ],
  [
    'The TLS handshake failed ({}). Check that the port speaks TLS 1.2 or newer and that the certificate is valid.',
    'La negociación TLS falló ({}). Comprueba que el puerto hable TLS 1.2 o posterior y que el certificado sea válido.',
  ],
  [
    'The receiver asks for a client certificate, and Timbre has none to show. Take the requirement away for this URL, and verify the signature of each request instead.',
    'El receptor pide un certificado de cliente, y Timbre no tiene ninguno. Retira ese requisito en esta URL y verifica en su lugar la firma de cada petición.',
  ],
  [
    'The receiver broke off the TLS handshake. It may ask for a client certificate, which Timbre does not have: verify the signature of each request instead. Or it shares no version or cipher of TLS with Timbre: allow TLS 1.2 or newer.',
    'El receptor interrumpió la negociación TLS. Quizá pide un certificado de cliente, que Timbre no tiene: verifica en su lugar la firma de cada petición. O no comparte con Timbre ninguna versión ni cifrado de TLS: permite TLS 1.2 o posterior.',
  ],
  [
    'The receiver speaks HTTP/2 only, and deliveries come over HTTP/1.1. Let the server take HTTP/1.1 too.',
    'El receptor solo habla HTTP/2, y las entregas llegan por HTTP/1.1. Permite también HTTP/1.1 en el servidor.',
  ],
  [
    'There is no route to the target. Check its address and the network.',
    'No hay ruta al destino. Revisa su dirección y la red.',
  ],
  [
    'The host name could not be resolved. Check its spelling and its DNS records.',
    'No se pudo resolver el nombre del host. Revisa cómo está escrito y sus registros DNS.',
  ],
  [
    'The certificate is signed by itself. Use one from a public authority, or let the operator add yours with NODE_EXTRA_CA_CERTS.',
    'El certificado está firmado por sí mismo. Usa uno de una autoridad pública, o que el operador añada el tuyo con NODE_EXTRA_CA_CERTS.',
  ],
  [
    'The certificate is signed by an authority that is not trusted. Use one from a public authority, or let the operator add yours with NODE_EXTRA_CA_CERTS.',
    'El certificado lo firma una autoridad que no es de confianza. Usa uno de una autoridad pública, o que el operador añada la tuya con NODE_EXTRA_CA_CERTS.',
  ],
  [
    'The target did not answer in time. Check that it can be reached.',
    'El destino no respondió a tiempo. Comprueba que se pueda llegar a él.',
  ],
  [
    'The receiver closed the connection before the whole answer was read. Look for a crash, a restart or a limit there.',
    'El receptor cerró la conexión antes de que se leyera toda la respuesta. Busca allí una caída, un reinicio o un límite.',
  ],
  [
    'The headers of the answer are larger than 16 KiB. Send fewer or shorter headers.',
    'Las cabeceras de la respuesta superan los 16 KiB. Envía menos cabeceras o más cortas.',
  ],
  [
    'The headers of the answer are larger than 4 KiB, and so many answers were being read that there was no memory for more. Send fewer or shorter headers.',
    'Las cabeceras de la respuesta superan los 4 KiB, y se leían tantas respuestas que no había memoria para más. Envía menos cabeceras o más cortas.',
  ],
  [
    'The target is at an address, port or scheme that deliveries may not reach. If it is meant to, the operator can add its range to TIMBRE_ALLOW_TARGETS.',
    'El destino está en una dirección, un puerto o un esquema al que las entregas no pueden llegar. Si debe poder, el operador puede añadir su rango a TIMBRE_ALLOW_TARGETS.',
  ],
  [
    'The host name has no address that deliveries may reach: either it does not exist, or an address of it is private or reserved. Check its spelling and its DNS records. If it is meant to be reached, the operator can add its range to TIMBRE_ALLOW_TARGETS.',
    'El nombre del host no tiene ninguna dirección a la que las entregas puedan llegar: o no existe, o una de sus direcciones es privada o reservada. Revisa cómo está escrito y sus registros DNS. Si se debe poder llegar, el operador puede añadir su rango a TIMBRE_ALLOW_TARGETS.',
  ],
  [
    'The host name was not resolved in time. Check the name servers of its domain.',
    'El nombre del host no se resolvió a tiempo. Revisa los servidores de nombres de su dominio.',
  ],
  [
    'The connection was not established in time. Check that the target is up and that a firewall lets it be reached.',
    'La conexión no se estableció a tiempo. Comprueba que el destino esté en marcha y que ningún cortafuegos lo impida.',
  ],
  [
    'The receiver did not finish its answer in time. Answer 200 at once and do the work afterwards.',
    'El receptor no terminó su respuesta a tiempo. Responde 200 de inmediato y haz el trabajo después.',
  ],
  [
    'No connection to the receiver became free in time, because earlier requests are still waiting for its answers.',
    'Ninguna conexión con el receptor quedó libre a tiempo, porque peticiones anteriores aún esperan sus respuestas.',
  ],
  [
    'What came back is not a valid HTTP/1.1 answer. Check the url and its port; a server that speaks HTTP/2 only must take HTTP/1.1 too.',
    'Lo que llegó no es una respuesta HTTP/1.1 válida. Revisa la url y su puerto; un servidor que solo habla HTTP/2 debe aceptar también HTTP/1.1.',
  ],
  [
    'The url or a header cannot be sent. Correct the webhook.',
    'La url o una cabecera no se puede enviar. Corrige el webhook.',
  ],
  [
    'The consumer gave no result before its lease ended. Extend the lease while it works, or ask for a longer one.',
    'El consumidor no dio ningún resultado antes de que terminara su reserva. Amplía la reserva mientras trabaja, o pide una más larga.',
  ],
  ['Timbre is stopping and sends nothing more.', 'Timbre se está deteniendo y no envía nada más.'],
  [
    'Its body did not end in time. End it, or say its length in content-length.',
    'Su cuerpo no terminó a tiempo. Termínalo, o indica su longitud en content-length.',
  ],
  [
    'The host name has IPv6 addresses only, and this installation has no IPv6. Add an A record.',
    'El nombre del host solo tiene direcciones IPv6, y esta instalación no tiene IPv6. Añade un registro A.',
  ],
  [
    'Nothing accepts connections at the target. Check that the server runs and that the port in the url is right.',
    'Nada acepta conexiones en el destino. Comprueba que el servidor esté en marcha y que el puerto de la url sea correcto.',
  ],
  ['The certificate has expired. Renew it.', 'El certificado ha caducado. Renuévalo.'],
  [
    'The certificate is not valid yet. Check the clocks or wait.',
    'El certificado aún no es válido. Revisa los relojes o espera.',
  ],
  [
    'The certificate is not valid for the host in the url. Use a certificate that names it.',
    'El certificado no es válido para el host de la url. Usa un certificado que lo nombre.',
  ],
  [
    'The certificate cannot be traced to a trusted authority. Let the server send its intermediate certificates too, or let the operator add the authority with NODE_EXTRA_CA_CERTS.',
    'El certificado no se puede rastrear hasta una autoridad de confianza. Que el servidor envíe también sus certificados intermedios, o que el operador añada la autoridad con NODE_EXTRA_CA_CERTS.',
  ],
]

const TRANSLATIONS = SPANISH.map(([english, spanish]) => {
  const [before = '', after = ''] = english.split('{}', 2)
  return { before, after, hasPlace: english.includes('{}'), spanish }
})

/** The same in the reader's language; null stays null. */
export function failureIn(language: Language, sentence: string | null): string | null {
  if (language === 'en' || sentence === null) return sentence
  const whole = spanishOf(sentence)
  if (whole !== undefined) return whole
  // Two sentences of the table, one behind the other: what came, and what to do.
  for (let end = sentence.indexOf('. '); end !== -1; end = sentence.indexOf('. ', end + 1)) {
    const [first, second] = [spanishOf(sentence.slice(0, end + 1)), spanishOf(sentence.slice(end + 2))]
    if (first !== undefined && second !== undefined) return `${first} ${second}`
  }
  return sentence
}

function spanishOf(sentence: string): string | undefined {
  for (const { before, after, hasPlace, spanish } of TRANSLATIONS) {
    if (!hasPlace && sentence === before) return spanish
    if (!hasPlace || !sentence.startsWith(before) || !sentence.endsWith(after)) continue
    const value = sentence.slice(before.length, sentence.length - after.length)
    if (/^[\w/]+$/.test(value)) return spanish.replace('{}', () => value)
  }
  return undefined
}
