// Owns the rows of the table of errors that only sources answer with. Must never be read by itself: errors.ts has them all.
export const SOURCE_ERRORS = {
  SIGNATURE_REFUSED: {
    status: 401,
    en: 'The request was not taken: {reason}. The last refused requests of a source are at GET /v1/sources/{sourceId}/requests.',
    es: 'La petición no se aceptó: {reason}. Las últimas peticiones rechazadas de una fuente están en GET /v1/sources/{sourceId}/requests.',
  },
  SOURCE_NOT_FOUND: { status: 404, en: 'There is no source {id}.', es: 'No existe la fuente {id}.' },
  SOURCE_LIMIT_REACHED: {
    status: 409,
    en: 'This workspace already has {limit} sources, the most allowed. Delete one first.',
    es: 'Este workspace ya tiene {limit} fuentes, el máximo permitido. Elimina una primero.',
  },
  MESSAGE_NEEDS_ANSWER: {
    status: 422,
    en: 'This message asks for instructions, which a source does not give: the call will not get any. Point only status callbacks and events here.',
    es: 'Este mensaje pide instrucciones, que una fuente no da: la llamada no recibirá ninguna. Apunta aquí solo los avisos de estado y los eventos.',
  },
} as const
