import { formatStage, parseSpec } from '@slimbed/core/plugins'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/)
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
  fc.boolean(),
  fc.string(),
  fc.stringMatching(/^[A-Za-z_][\w.-]*$/)
)
const stage = fc.record(
  {
    where: fc.stringMatching(/^[\w*-]+(\.[\w*-]+){0,2}$/),
    name,
    options: fc.dictionary(fc.stringMatching(/^[a-zA-Z][\w-]{0,6}$/), value, { maxKeys: 4 })
  },
  { requiredKeys: ['name', 'options'] }
)

test('a spec reads back to the stages that wrote it', () => {
  fc.assert(
    fc.property(fc.array(stage, { minLength: 1, maxLength: 4 }), (stages) => {
      const text = stages.map(formatStage).join(' | ')
      const parsed = parseSpec(text).map(({ column, ...rest }) => rest)
      expect(JSON.parse(JSON.stringify(parsed))).toEqual(JSON.parse(JSON.stringify(stages)))
    })
  )
})

test('spaces do not matter', () => {
  expect(parseSpec(' a ( x = 1 , y="b c" )|left / b ')).toEqual([
    { name: 'a', options: { x: 1, y: 'b c' }, column: 2 },
    { where: 'left', name: 'b', options: {}, column: 31 }
  ])
})

test.each([
  ['', 'column 1'],
  ['a |', 'column 4'],
  ['a(', 'column 3'],
  ['a(x)', 'column 4'],
  ['a(x=)', 'column 5'],
  ['a(x=1', 'column 6'],
  ['a(x=1,)', 'column 7'],
  ['a(x=1, x=2)', 'column 8'],
  ['a b', 'column 3'],
  ['a(x=1e)', 'column 5'],
  ['a(x="\\q")', 'column 5'],
  ['a//b', 'column 3']
])('%j is refused with its column', (text, column) => {
  expect(() => parseSpec(text)).toThrow(column)
})

test('any text is parsed or refused with one line', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseSpec(text)
      } catch (error) {
        expect((error as { code: string }).code).toBe('bad-input')
      }
    })
  )
})
