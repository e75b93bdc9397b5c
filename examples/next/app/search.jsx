'use client'

import { loadEncoder } from '@slimbed/encoder'
import { useEffect, useState } from 'react'

const texts = [
  'Bake the bread for forty minutes',
  'The river is cold in winter',
  'Banks raise interest rates again',
  'A violin and a piano play together',
  'Snow closes the mountain road',
  'Fresh fish with rice and vegetables'
]

/** The model and the vectors of the texts, once they are there. */
function useModel(path) {
  const [loaded, setLoaded] = useState()
  useEffect(() => {
    const controller = new AbortController()
    loadEncoder(new URL(path, location.href), { signal: controller.signal }).then(
      (model) => setLoaded({ model, matrix: model.encode(texts) }),
      (error) => {
        if (!controller.signal.aborted) throw error
      }
    )
    return () => controller.abort()
  }, [path])
  return loaded
}

export function Search() {
  // public/potion.safetensors: slimbed compress potion/ -o public/potion.safetensors -p "fixedpoint(bits=4, clip=mse)"
  const loaded = useModel('potion.safetensors')
  const [query, setQuery] = useState('')
  const results = loaded && query.trim() !== '' ? loaded.model.search(query, loaded.matrix, 3) : []
  return (
    <>
      <label htmlFor="query">What are you looking for?</label>
      <input id="query" value={query} disabled={!loaded} onChange={(event) => setQuery(event.target.value)} />
      <p role="status">{loaded ? `${texts.length} texts. Type something.` : 'Loading the model …'}</p>
      <ol>
        {results.map(({ row, score }) => (
          <li key={row}>
            {texts[row]} {score.toFixed(2)}
          </li>
        ))}
      </ol>
    </>
  )
}
