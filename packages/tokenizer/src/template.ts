import { at, countAt, fail, type Json, type JsonObject, listAt, nested, objectAt, shown, stringAt } from './check.js'

/** What stands around the tokens of one text: numbers of tokens, and `text` for those of the text. */
export type Template = readonly (number | 'text')[]

const bare: Template = ['text']

function pieces(json: JsonObject, where: string): Template {
  const special = objectAt(at(json, 'special_tokens'), `${where}.special_tokens`)
  return listAt(at(json, 'single'), `${where}.single`).flatMap((value, i): Template => {
    const place = `${where}.single[${i}]`
    const piece = objectAt(value, place)
    const sequence = at(piece, 'Sequence')
    if (sequence !== undefined) {
      const id = at(objectAt(sequence, place), 'id')
      return id === 'A' ? bare : fail('unsupported', `${place}: the sequence ${shown(id)}`)
    }
    const name = stringAt(at(objectAt(at(piece, 'SpecialToken'), place), 'id'), place)
    const token = objectAt(at(special, name), `${where}.special_tokens[${shown(name)}]`)
    return listAt(at(token, 'ids'), place).map((id) => countAt(id, place))
  })
}

/** The most pieces of a template: each of several templates could double them. */
const most = 1000

/** The number in `["[SEP]", 102]`. */
const numberIn = (value: Json | undefined, where: string) => countAt(listAt(value, where)[1], where)

/** The template for one text that a post-processor stands for. Throws `unsupported` for one that is not known, `corrupt-file`. */
export function templateAt(value: Json | undefined, where: string): Template {
  if (value === undefined || value === null) return bare
  const json = nested(value, where)
  const type = at(json, 'type')
  if (type === 'TemplateProcessing') return pieces(json, where)
  if (type === 'BertProcessing' || type === 'RobertaProcessing') {
    return [numberIn(at(json, 'cls'), `${where}.cls`), 'text', numberIn(at(json, 'sep'), `${where}.sep`)]
  }
  // It changes offsets only.
  if (type === 'ByteLevel') return bare
  if (type !== 'Sequence') fail('unsupported', `${where}: the post-processor ${shown(type)}`)
  const steps = listAt(at(json, 'processors'), `${where}.processors`)
  return steps
    .map((step, i) => templateAt(step, `${where}.processors[${i}]`))
    .reduce<Template>((before, step) => {
      const pieces = step.flatMap((item): Template => (item === 'text' ? before : [item]))
      return pieces.length <= most ? pieces : fail('unsupported', `${where}: more than ${most} pieces`)
    }, bare)
}
