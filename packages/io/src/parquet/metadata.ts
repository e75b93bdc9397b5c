// What is used of the metadata of a Parquet file, as the library has them. Everything else that they hold goes back to it as it came.

/** A column in a group of rows. */
export interface ColumnMeta {
  readonly path_in_schema: string[]
  readonly codec: string
  readonly num_values: bigint
  readonly total_compressed_size: bigint
  readonly dictionary_page_offset?: bigint
  readonly data_page_offset: bigint
}

/** A group of rows. */
interface RowGroup {
  readonly num_rows: bigint
  readonly columns: { readonly file_path?: string; readonly file_offset: bigint; readonly meta_data?: ColumnMeta }[]
}

/** A node of the schema by itself. */
export interface SchemaElement {
  readonly name: string
  readonly type?: string
  readonly repetition_type?: string
  readonly converted_type?: string
  readonly logical_type?: { readonly type: string }
}

export interface FileMetaData {
  readonly schema: SchemaElement[]
  readonly num_rows: bigint
  readonly row_groups: RowGroup[]
}

/** A node of the schema with those below it. */
export interface SchemaTree {
  readonly element: SchemaElement
  readonly children: SchemaTree[]
}
