import { loadEncoder } from '@slimbed/encoder'

const texts = [
  'Bake the bread for forty minutes',
  'The river is cold in winter',
  'Banks raise interest rates again',
  'A violin and a piano play together',
  'Snow closes the mountain road',
  'Fresh fish with rice and vegetables'
]

const [query, state, found] = ['query', 'state', 'found'].map((id) => document.getElementById(id))
// public/potion.safetensors: slimbed compress potion/ -o public/potion.safetensors -p "fixedpoint(bits=4, clip=mse)"
const model = await loadEncoder(new URL(`${import.meta.env.BASE_URL}potion.safetensors`, location.href))
const matrix = model.encode(texts)

query.addEventListener('input', () => {
  const results = query.value.trim() === '' ? [] : model.search(query.value, matrix, 3)
  found.replaceChildren(
    ...results.map(({ row, score }) => {
      const item = document.createElement('li')
      item.textContent = `${texts[row]} ${score.toFixed(2)}`
      return item
    })
  )
})
query.disabled = false
state.textContent = `${texts.length} texts. Type something.`
