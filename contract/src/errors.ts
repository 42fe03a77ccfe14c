// Owns every error code with its status and its two messages. The only table of refusals: api, SDK and docs read it.

import { SOURCE_ERRORS } from './source-errors.ts'
import { TEST_ERRORS } from './test-errors.ts'

export interface ErrorRow {
  readonly status: number
  readonly en: string
  readonly es: string
}

/** `{name}` in a message is filled from the refusal's details. */
export const ERRORS = {
  INVALID_JSON: {
    status: 400,
    en: 'The body is not valid JSON: {reason}. Send one JSON object in UTF-8.',
    es: 'El cuerpo no es JSON válido: {reason}. Envía un objeto JSON en UTF-8.',
  },
  INVALID_INPUT: {
    status: 400,
    en: '{summary}. Correct the fields listed in details.issues and send the request again.',
    es: '{summary}. Corrige los campos indicados en details.issues y envía la petición de nuevo.',
  },
  WORKSPACE_REQUIRED: {
    status: 400,
    en: 'The header x-workspace-id is missing or not a UUID. Send the id of your workspace.',
    es: 'Falta la cabecera x-workspace-id o no es un UUID. Envía el identificador de tu workspace.',
  },
  UNKNOWN_EVENT_TYPE: {
    status: 400,
    en: 'The event type {key} is not in the catalogue.{hint} GET /v1/event-types lists the types; POST /v1/event-types adds one.',
    es: 'El tipo de evento {key} no está en el catálogo.{hint} GET /v1/event-types lista los tipos; POST /v1/event-types añade uno.',
  },
  INVALID_EVENT_DATA: {
    status: 400,
    en: '{summary}. GET /v1/event-types/{key} shows the schema of {key} and an example.',
    es: '{summary}. GET /v1/event-types/{key} muestra el esquema de {key} y un ejemplo.',
  },
  INVALID_EVENT_TYPE_SCHEMA: {
    status: 400,
    en: 'The schema cannot be used: {reason}. Send a JSON Schema 2020-12 without references to other documents; details.issues names the place.',
    es: 'El esquema no se puede usar: {reason}. Envía un JSON Schema 2020-12 sin referencias a otros documentos; details.issues indica el lugar.',
  },
  URL_NOT_ALLOWED: {
    status: 400,
    en: 'url cannot be used: {reason}.',
    es: 'No se puede usar la url: {reason}.',
  },
  HEADER_NOT_ALLOWED: {
    status: 400,
    en: 'The header {name} cannot be used: {reason}. Allowed are at most 20 names beginning with X- that are not reserved, and those in TIMBRE_HEADER_ALLOWLIST.',
    es: 'No se puede usar la cabecera {name}: {reason}. Se permiten como máximo 20 nombres que empiecen por X- y no estén reservados, y los de TIMBRE_HEADER_ALLOWLIST.',
  },
  INVALID_IDEMPOTENCY_KEY: {
    status: 400,
    en: 'Idempotency-Key must have 1 to 255 printable ASCII characters.',
    es: 'Idempotency-Key debe tener de 1 a 255 caracteres ASCII imprimibles.',
  },
  INVALID_CURSOR: {
    status: 400,
    en: 'after is not a cursor of this list. Use meta.nextCursor of the page before, unchanged.',
    es: 'after no es un cursor de esta lista. Usa meta.nextCursor de la página anterior sin cambios.',
  },
  API_KEY_REQUIRED: {
    status: 401,
    en: 'No API key was sent. Send Authorization: Bearer <key> or X-API-Key: <key>.',
    es: 'No se envió ninguna API key. Envía Authorization: Bearer <key> o X-API-Key: <key>.',
  },
  API_KEY_INVALID: {
    status: 401,
    en: 'The API key is unknown or revoked. Check that the whole key was copied, or create a new one.',
    es: 'La API key no existe o está revocada. Comprueba que se copió entera o crea una nueva.',
  },
  API_KEY_WITHOUT_BEARER: {
    status: 401,
    en: 'The header Authorization does not begin with Bearer. Send Authorization: Bearer <key> or X-API-Key: <key>.',
    es: 'La cabecera Authorization no empieza por Bearer. Envía Authorization: Bearer <key> o X-API-Key: <key>.',
  },
  API_KEYS_DIFFER: {
    status: 401,
    en: 'Authorization and X-API-Key carry different keys. Send one of them, or the same key in both.',
    es: 'Authorization y X-API-Key llevan claves distintas. Envía solo una, o la misma en ambas.',
  },
  SESSION_REQUIRED: {
    status: 401,
    en: 'There is no session. Sign in with POST /v1/session.',
    es: 'No hay ninguna sesión. Inicia una con POST /v1/session.',
  },
  SESSION_INVALID: {
    status: 401,
    en: 'The session has ended. Sign in again.',
    es: 'La sesión ha terminado. Inicia sesión de nuevo.',
  },
  PORTAL_LINK_INVALID: {
    status: 401,
    en: 'The link was used before, has expired, or is not complete. Ask for a new one where you got it.',
    es: 'El enlace ya se usó, ha caducado o no está completo. Pide uno nuevo donde lo obtuviste.',
  },
  SCOPE_MISSING: {
    status: 403,
    en: 'This API key does not have the scope {scope}. Use a key that has it.',
    es: 'Esta API key no tiene el permiso {scope}. Usa una clave que lo tenga.',
  },
  WORKSPACE_FORBIDDEN: {
    status: 403,
    en: 'This API key is not valid in this workspace. Use a key that the workspace issued.',
    es: 'Esta API key no es válida en este workspace. Usa una clave emitida por el workspace.',
  },
  CAPABILITY_MISSING: {
    status: 403,
    en: 'This portal session does not have the capability {capability}. Whoever made its link can make one that has it.',
    es: 'Esta sesión de portal no tiene la capacidad {capability}. Quien creó su enlace puede crear uno que la tenga.',
  },
  CLOSED_TO_PORTALS: {
    status: 403,
    en: 'A portal session cannot do this, whatever its capabilities. Use an API key.',
    es: 'Una sesión de portal no puede hacer esto, sean cuales sean sus capacidades. Usa una API key.',
  },
  CSRF_TOKEN_INVALID: {
    status: 403,
    en: 'The header x-csrf-token is missing or is not that of the session. Send csrfToken of GET /v1/session.',
    es: 'Falta la cabecera x-csrf-token o no es la de la sesión. Envía csrfToken de GET /v1/session.',
  },
  ORIGIN_FORBIDDEN: {
    status: 403,
    en: 'This is for pages of this installation, and the request came from a page of elsewhere. Behind a proxy that changes Host, set TIMBRE_PUBLIC_URL. Programs use an API key, and send no Origin.',
    es: 'Esto es para las páginas de esta instalación, y la petición vino de una página ajena. Detrás de un proxy que cambia Host, define TIMBRE_PUBLIC_URL. Los programas usan una API key y no envían Origin.',
  },
  ROUTE_NOT_FOUND: {
    status: 404,
    en: 'There is nothing at {method} {path}. Routes begin with /v1/ and do not end with /; the reference of routes lists what there is.',
    es: 'No hay nada en {method} {path}. Las rutas empiezan por /v1/ y no terminan en /; la referencia de rutas muestra lo que hay.',
  },
  WORKSPACE_NOT_FOUND: { status: 404, en: 'There is no workspace {id}.', es: 'No existe el workspace {id}.' },
  WEBHOOK_NOT_FOUND: {
    status: 404,
    en: 'There is no webhook {id} in this workspace.',
    es: 'No existe el webhook {id} en este workspace.',
  },
  SUBSCRIPTION_NOT_FOUND: {
    status: 404,
    en: 'There is no subscription {id} on this webhook.',
    es: 'No existe la suscripción {id} en este webhook.',
  },
  EVENT_TYPE_NOT_FOUND: {
    status: 404,
    en: 'There is no event type {key} in the catalogue.',
    es: 'No existe el tipo de evento {key} en el catálogo.',
  },
  EVENT_NOT_FOUND: {
    status: 404,
    en: 'There is no event {id} in this workspace.',
    es: 'No existe el evento {id} en este workspace.',
  },
  CALL_NOT_FOUND: {
    status: 404,
    en: 'There is no event of the call {id} in this workspace.',
    es: 'No existe ningún evento de la llamada {id} en este workspace.',
  },
  DELIVERY_NOT_FOUND: {
    status: 404,
    en: 'There is no delivery {id}, or it belongs to another webhook.',
    es: 'No existe la entrega {id}, o es de otro webhook.',
  },
  REPLAY_NOT_FOUND: {
    status: 404,
    en: 'There is no replay {id} on this webhook.',
    es: 'No existe el reenvío {id} en este webhook.',
  },
  API_KEY_NOT_FOUND: {
    status: 404,
    en: 'There is no API key {id} in this workspace.',
    es: 'No existe la API key {id} en este workspace.',
  },
  PORTAL_SESSION_NOT_FOUND: {
    status: 404,
    en: 'There is no portal session {id} in this workspace.',
    es: 'No existe la sesión de portal {id} en este workspace.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    en: '{method} is not possible at {path}. Possible: {allowed}.',
    es: '{method} no es posible en {path}. Son posibles: {allowed}.',
  },
  REQUEST_TIMEOUT: {
    status: 408,
    en: 'The request did not arrive in time. Send it again, faster or in smaller parts.',
    es: 'La petición no llegó a tiempo. Envíala de nuevo, más rápido o en partes más pequeñas.',
  },
  SUBSCRIPTION_EXISTS: {
    status: 409,
    en: 'This webhook already has a subscription for {eventKey}. Change that one instead.',
    es: 'Este webhook ya tiene una suscripción para {eventKey}. Modifica esa.',
  },
  WEBHOOK_LIMIT_REACHED: {
    status: 409,
    en: 'This workspace already has {limit} webhooks, the most allowed. Delete one first.',
    es: 'Este workspace ya tiene {limit} webhooks, el máximo permitido. Elimina uno primero.',
  },
  SECRET_LIMIT_REACHED: {
    status: 409,
    en: 'Already {limit} secrets of this webhook sign its deliveries, the most allowed. Wait until {until}, when the first of the earlier ones ends, or end them with "endPrevious": true.',
    es: 'Ya son {limit} los secretos de este webhook que firman sus entregas, el máximo permitido. Espera hasta {until}, cuando termina el primero de los anteriores, o termínalos con "endPrevious": true.',
  },
  API_KEY_LIMIT_REACHED: {
    status: 409,
    en: 'This workspace already has {limit} API keys, the most allowed. Revoke one first.',
    es: 'Este workspace ya tiene {limit} API keys, el máximo permitido. Revoca una primero.',
  },
  PORTAL_SESSION_LIMIT_REACHED: {
    status: 409,
    en: 'This workspace already has {limit} portal sessions, the most allowed. End some, or make them shorter.',
    es: 'Este workspace ya tiene {limit} sesiones de portal, el máximo permitido. Termina algunas o hazlas más cortas.',
  },
  EVENT_TYPE_LIMIT_REACHED: {
    status: 409,
    en: 'This workspace already has {limit} event types of its own, the most allowed. Delete one first.',
    es: 'Este workspace ya tiene {limit} tipos de evento propios, el máximo permitido. Elimina uno primero.',
  },
  EVENT_TYPE_BYTES_REACHED: {
    status: 409,
    en: "The schemas, examples and descriptions of this workspace's event types would take more than {limitBytes} bytes, the most allowed. Shorten them, or delete a type first.",
    es: 'Los esquemas, ejemplos y descripciones de los tipos de evento de este workspace ocuparían más de {limitBytes} bytes, el máximo permitido. Acórtalos o elimina un tipo primero.',
  },
  EVENT_TYPE_EXISTS: {
    status: 409,
    en: 'The event type {key} exists already. PATCH /v1/event-types/{key} changes it.',
    es: 'El tipo de evento {key} ya existe. PATCH /v1/event-types/{key} lo modifica.',
  },
  EVENT_TYPE_BUILT_IN: {
    status: 409,
    en: 'The event type {key} is built in and cannot be changed or deleted.',
    es: 'El tipo de evento {key} viene incluido y no se puede modificar ni eliminar.',
  },
  EVENT_TYPE_IN_USE: {
    status: 409,
    en: 'The event type {key} still has {count} subscriptions. Delete them first, or mark the type as deprecated.',
    es: 'El tipo de evento {key} todavía tiene {count} suscripciones. Elimínalas primero o marca el tipo como obsoleto.',
  },
  EVENT_TYPE_UNUSABLE: {
    status: 409,
    en: 'The schema of {key} was accepted by an earlier version and cannot be used any more: {reason}. Send a corrected schema with PATCH /v1/event-types/{key}, then publish again.',
    es: 'El esquema de {key} lo aceptó una versión anterior y ya no se puede usar: {reason}. Envía un esquema corregido con PATCH /v1/event-types/{key} y publica de nuevo.',
  },
  EVENT_TYPE_RESERVED: {
    status: 409,
    en: 'Events of type {key} are published by the service itself and cannot be published through the API.',
    es: 'Los eventos de tipo {key} los publica el propio servicio y no se pueden publicar por la API.',
  },
  WEBHOOK_INACTIVE: {
    status: 409,
    en: 'The webhook is disabled. Set isActive to true first.',
    es: 'El webhook está desactivado. Pon isActive a true primero.',
  },
  REPLAY_LIMIT_REACHED: {
    status: 409,
    en: 'This webhook already has {limit} running replays, the most allowed. Wait for one to finish, or cancel one.',
    es: 'Este webhook ya tiene {limit} reenvíos en curso, el máximo permitido. Espera a que termine uno o cancélalo.',
  },
  WEBHOOK_IS_PUSH: {
    status: 409,
    en: 'The webhook is of kind push: its events are sent to its url. Create one of kind pull to fetch them.',
    es: 'El webhook es de tipo push: sus eventos se envían a su url. Crea uno de tipo pull para recogerlos.',
  },
  LEASE_ENDED: {
    status: 409,
    en: 'The lease of the delivery {id} has ended. Drop it: another consumer may have it. Pull again to get what is due.',
    es: 'La reserva de la entrega {id} ha terminado. Descártala: puede tenerla otro consumidor. Vuelve a pedir para recibir lo pendiente.',
  },
  DELIVERY_SENDING: {
    status: 409,
    en: 'The delivery is being sent right now. Wait for the attempt to end.',
    es: 'La entrega se está enviando ahora mismo. Espera a que termine el intento.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 409,
    en: 'This Idempotency-Key was used with another request in the last 24 hours. Use a new key for a new request.',
    es: 'Esta Idempotency-Key se usó con otra petición en las últimas 24 horas. Usa una clave nueva para una petición nueva.',
  },
  EVENT_ID_REUSED: {
    status: 409,
    en: 'The id {id} is that of another event, with another type or other data. Give every event an id of its own; to publish one again, send it unchanged.',
    es: 'El id {id} es de otro evento, con otro tipo u otros datos. Da a cada evento un id propio; para publicar uno otra vez, envíalo sin cambios.',
  },
  TOO_MANY_DELIVERIES: {
    status: 413,
    en: 'These events would lead to {deliveries} deliveries, and one request may lead to {limit}. Publish at most {eventsAtOnce} of them at once.',
    es: 'Estos eventos darían lugar a {deliveries} entregas, y una petición puede dar lugar a {limit}. Publica como máximo {eventsAtOnce} a la vez.',
  },
  BODY_TOO_LARGE: {
    status: 413,
    en: 'The body is larger than {limitBytes} bytes.',
    es: 'El cuerpo supera los {limitBytes} bytes.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    en: 'The body cannot be read: {reason}. Send JSON with content-type: application/json and no content-encoding.',
    es: 'No se puede leer el cuerpo: {reason}. Envía JSON con content-type: application/json y sin content-encoding.',
  },
  EXPECTATION_FAILED: {
    status: 417,
    en: 'The header Expect asks for something that is not there. Send 100-continue, or no Expect.',
    es: 'La cabecera Expect pide algo que no existe. Envía 100-continue, o ningún Expect.',
  },
  ...SOURCE_ERRORS,
  ...TEST_ERRORS,
  TOO_MANY_REQUESTS: {
    status: 429,
    en: 'Too many requests. Try again after {retryAfterSeconds} s.',
    es: 'Demasiadas peticiones. Inténtalo de nuevo después de {retryAfterSeconds} s.',
  },
  TOO_MANY_STREAMS: {
    status: 429,
    en: 'There are {limit} streams open already, which is as many as there may be. Close one, or try again after {retryAfterSeconds} s.',
    es: 'Ya hay {limit} transmisiones abiertas, que son todas las que puede haber. Cierra una, o inténtalo de nuevo después de {retryAfterSeconds} s.',
  },
  INTERNAL_ERROR: {
    status: 500,
    en: 'Something went wrong on our side. Nothing of this request was kept unless a retry says otherwise; quote x-request-id when you report it.',
    es: 'Algo falló de nuestro lado. Indica x-request-id al informar del problema.',
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    en: 'The service cannot store anything now. Try again after {retryAfterSeconds} s, with the same event ids or the same Idempotency-Key: then nothing is sent twice, should this request have been kept after all.',
    es: 'El servicio no puede guardar nada ahora. Inténtalo de nuevo después de {retryAfterSeconds} s, con los mismos ids de evento o la misma Idempotency-Key: así nada se envía dos veces, si esta petición se hubiera guardado a pesar de todo.',
  },
  SENDING_UNAVAILABLE: {
    status: 503,
    en: 'Nothing can be sent now, because this installation lacks sockets or network. Deliveries wait, and no attempt was counted. Try the test again later; the operator finds the cause in the log.',
    es: 'Ahora no se puede enviar nada, porque a esta instalación le faltan sockets o red. Las entregas esperan y no se ha contado ningún intento. Repite la prueba más tarde; el operador encuentra la causa en el registro.',
  },
  NOT_READY: {
    status: 503,
    en: 'The service is starting or stopping. Try again shortly.',
    es: 'El servicio está arrancando o deteniéndose. Inténtalo en breve.',
  },
} as const satisfies Readonly<Record<string, ErrorRow>>

export type ErrorCode = keyof typeof ERRORS

/** One invalid field: where it is (JSON Pointer below body, query or path) and what is wrong with it. */
export interface Issue {
  readonly path: string
  readonly message: string
}

export interface ProblemBody {
  readonly code: ErrorCode
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/**
 * A request that Timbre declines, for a reason in the table above. Thrown anywhere below the API, mapped to HTTP in one
 * file (`api/http/problem.ts`). A failed delivery is a value, and a bug is an assertion: neither is a Refusal.
 */
export class Refusal extends Error {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, details: Readonly<Record<string, unknown>> = {}) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.details = details
  }
}

/** The message of a code in a language, with the details filled in. */
export function errorMessage(
  code: ErrorCode,
  details: Readonly<Record<string, unknown>>,
  language: 'en' | 'es',
): string {
  return ERRORS[code][language].replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    name in details ? String(details[name]) : placeholder,
  )
}
