// Owns the words of the guide for the first minute.
import { defineWords } from '../../language/language.ts'

export const useGuideWords = defineWords(
  'guide',
  {
    title: 'From nothing to a delivered event',
    intro: 'Five steps, about a minute. Each does something real; all of it can be removed again.',
    isDone: 'done',
    skip: 'Skip this',
    done: 'Show the overview',
    waiting: 'Waiting …',
    receiver: 'Somewhere to send to',
    receiverText:
      'Deliveries go to a URL. If you have none yet, take a test receiver: a URL of this installation that keeps what it is sent and shows it to you.',
    makeReceiver: 'Make a test receiver',
    ownUrl: 'I have a URL of my own',
    offText: 'Or use a URL of your own: npm run receiver starts one beside your code.',
    webhook: 'A webhook',
    webhookText:
      'A webhook says where to send, what, and with which secret each request is signed. This one gets the events of calls.',
    webhookName: 'Test receiver',
    addWebhook: 'Add the webhook',
    openWebhook: 'Its page: health, subscriptions, secret',
    event: 'An event',
    eventText:
      'What your platform publishes when something happens in a call. Here it is the example of the catalogue.',
    publish: 'Publish an example',
    publishElsewhere: 'You may not publish here: have your program publish one.',
    delivered: 'Delivered',
    deliveredText:
      'It was on disk before the publisher was answered, and is sent at once. What fails is tried again for three days.',
    openDelivery: 'The delivery: request, response, timing',
    verified: 'Verified',
    verifiedText:
      'A receiver checks the signature, so that nobody else can say what your calls did. The test receiver does so too.',
    openReceiver: 'What arrived, with its signature',
    verifyOwn: 'Paste what your server saw',
  },
  {
    title: 'De cero a un evento entregado',
    intro: 'Cinco pasos, un minuto más o menos. Cada uno hace algo de verdad; todo se puede quitar después.',
    isDone: 'hecho',
    skip: 'Saltar esto',
    done: 'Mostrar el resumen',
    waiting: 'Esperando …',
    receiver: 'Un sitio al que enviar',
    receiverText:
      'Las entregas van a una URL. Si aún no tienes, usa un receptor de pruebas: una URL de esta instalación que guarda lo que recibe y te lo muestra.',
    makeReceiver: 'Crear un receptor de pruebas',
    ownUrl: 'Tengo una URL propia',
    offText: 'O usa una URL tuya: npm run receiver arranca una junto a tu código.',
    webhook: 'Un webhook',
    webhookText:
      'Un webhook dice adónde enviar, qué, y con qué secreto se firma cada petición. Este recibe los eventos de las llamadas.',
    webhookName: 'Receptor de pruebas',
    addWebhook: 'Añadir el webhook',
    openWebhook: 'Su página: salud, suscripciones, secreto',
    event: 'Un evento',
    eventText: 'Lo que tu plataforma publica cuando pasa algo en una llamada. Aquí es el ejemplo del catálogo.',
    publish: 'Publicar un ejemplo',
    publishElsewhere: 'Aquí no puedes publicar: que lo haga tu programa.',
    delivered: 'Entregado',
    deliveredText:
      'Estaba en disco antes de responder a quien publicó, y se envía al instante. Lo que falla se reintenta durante tres días.',
    openDelivery: 'La entrega: petición, respuesta, tiempos',
    verified: 'Verificado',
    verifiedText:
      'Un receptor comprueba la firma, para que nadie más pueda decir qué hicieron tus llamadas. El receptor de pruebas también lo hace.',
    openReceiver: 'Qué llegó, con su firma',
    verifyOwn: 'Pega lo que vio tu servidor',
  },
)
