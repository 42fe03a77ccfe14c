// Owns the words about writing the data of an event.
import { defineWords } from '../../language/language.ts'

export const useDataWords = defineWords(
  'event-data',
  {
    data: 'Data',
    form: 'Form',
    raw: 'JSON',
    json: 'Data as JSON',
    leftOut: '(left out)',
    asJson: 'As JSON: {{type}}',
    cannotSwitch: 'First mend what is no JSON.',
    notJson: 'This is no JSON.',
    notObject: 'The data must be a JSON object: { … }.',
  },
  {
    data: 'Datos',
    form: 'Formulario',
    raw: 'JSON',
    json: 'Datos como JSON',
    leftOut: '(se omite)',
    asJson: 'Como JSON: {{type}}',
    cannotSwitch: 'Primero arregla lo que no es JSON.',
    notJson: 'Esto no es JSON.',
    notObject: 'Los datos deben ser un objeto JSON: { … }.',
  },
)
