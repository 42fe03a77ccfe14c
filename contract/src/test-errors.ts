// Owns the rows of the table of errors that only test sends and test receivers answer with. Must never be read by itself: errors.ts has
// them all.
export const TEST_ERRORS = {
  TEST_RECEIVER_NOT_FOUND: {
    status: 404,
    en: 'There is no test receiver {id} in this workspace. A restart of the service forgets them.',
    es: 'No existe el receptor de pruebas {id} en este workspace. Un reinicio del servicio los olvida.',
  },
  TEST_RECEIVER_LIMIT_REACHED: {
    status: 409,
    en: 'There are already as many test receivers as may be: {limit} of one workspace. Delete one first.',
    es: 'Ya hay tantos receptores de pruebas como se permite: {limit} de un workspace. Elimina uno primero.',
  },
  TEST_RECEIVERS_OFF: {
    status: 409,
    en: 'This installation has no test receivers. The operator switches them on with TIMBRE_TEST_RECEIVERS=1.',
    es: 'Esta instalación no tiene receptores de pruebas. El operador los activa con TIMBRE_TEST_RECEIVERS=1.',
  },
  TEST_NOT_FETCHED: {
    status: 409,
    en: 'No consumer said within {seconds} s what became of the test. It waits as delivery {id}: start a consumer, and see that the webhook is active.',
    es: 'Ningún consumidor dijo en {seconds} s qué fue de la prueba. Espera como entrega {id}: inicia un consumidor y comprueba que el webhook esté activo.',
  },
  TEST_DELAYED: {
    status: 409,
    en: 'The test could not be sent at once, because storing it took too long. It is sent like any other delivery: look at the deliveries of the event {id}, and do not send another.',
    es: 'La prueba no se pudo enviar al momento, porque guardarla tardó demasiado. Se envía como cualquier otra entrega: mira las entregas del evento {id} y no envíes otra.',
  },
  TEST_ERASED: {
    status: 409,
    en: 'The call of the test was erased before the test was sent. Nothing was sent. Send another one if it is still wanted.',
    es: 'La llamada de la prueba se borró antes de enviarla. No se envió nada. Envía otra si todavía hace falta.',
  },
} as const
