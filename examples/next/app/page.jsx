import { Search } from './search.jsx'

export default function Page() {
  return (
    <main>
      <h1>Search by meaning</h1>
      <Search />
    </main>
  )
}
