// Owns what each cause of a refusal means and what to do, in both languages.
// Must never hold a value of the request: a sentence is the same for everybody.
import type { RefusalCause } from '../source.ts'

export const REFUSAL_WORDS: Readonly<Record<RefusalCause, { readonly en: string; readonly es: string }>> = {
  no_signature: {
    en: 'it has no signature; switch signing on at the provider, and see that no proxy drops the header',
    es: 'no lleva firma; activa la firma en el proveedor y comprueba que ningún proxy elimina la cabecera',
  },
  malformed_signature: {
    en: 'its signature does not have the form that this provider gives it',
    es: 'su firma no tiene la forma que le da este proveedor',
  },
  unknown_algorithm: {
    en: 'it says that it was signed with an algorithm that is not known here',
    es: 'dice estar firmada con un algoritmo que aquí no se conoce',
  },
  wrong_secret: {
    en: 'no secret of this source gives its signature: the provider signs with another one, or the body was changed on the way',
    es: 'ningún secreto de esta fuente da su firma: el proveedor firma con otro, o el cuerpo cambió por el camino',
  },
  body_changed: {
    en: 'its body is not the one that was signed: something between the provider and here wrote it anew',
    es: 'su cuerpo no es el que se firmó: algo entre el proveedor y aquí lo volvió a escribir',
  },
  wrong_url: {
    en: 'the provider signed another URL; set publicUrl to what stands before /sources/ in the URL as it is written at the provider',
    es: 'el proveedor firmó otra URL; pon en publicUrl lo que va antes de /sources/ en la URL tal como está escrita en el proveedor',
  },
  too_old: {
    en: 'its signature is too old: it was kept or repeated, or the clock here is fast',
    es: 'su firma es demasiado antigua: se guardó o repitió, o el reloj de aquí va adelantado',
  },
  in_future: {
    en: 'its signature is from the future: the clock here is slow',
    es: 'su firma es del futuro: el reloj de aquí va atrasado',
  },
  no_body_hash: {
    en: 'what is signed says nothing of the body, so that anybody could have changed it',
    es: 'lo firmado no dice nada del cuerpo, así que cualquiera podría haberlo cambiado',
  },
  not_readable: {
    en: 'its body is neither a form nor a JSON object',
    es: 'su cuerpo no es un formulario ni un objeto JSON',
  },
  needs_answer: {
    en: 'it asks for instructions, which a source does not give; point only status callbacks and events here',
    es: 'pide instrucciones, que una fuente no da; apunta aquí solo avisos de estado y eventos',
  },
  too_large: {
    en: 'its body is larger than a source takes; switch off at the provider what has recordings in it',
    es: 'su cuerpo supera lo que admite una fuente; desactiva en el proveedor lo que lleva grabaciones',
  },
}
