/** The words of the API. Those with a model come from `schema.d.ts` (`make ui-types`), the others are written here. */
import type { components } from './schema'

type Schemas = components['schemas']

export type Availability = Schemas['Card']['availability']
export type Kind = Schemas['Card']['kind']
export type StageName = Schemas['StepOut']['stage']
export type StepState = Schemas['StepOut']['state']
export type JourneyState = Schemas['JourneyOut']['state']

export type Activity = Schemas['Activity']
export type ApiKey = Schemas['ApiKeyOut']
export type Card = Schemas['Card']
export type Choice = Schemas['ChoiceOut']
export type Choices = Schemas['ChoicesOut']
export type Credentials = Schemas['Credentials']
export type Discover = Schemas['Discover']
export type Download = Schemas['DownloadOut']
export type Episode = Schemas['EpisodeOut']
export type File = Schemas['FileOut']
export type Found = Schemas['Found']
export type Journey = Schemas['JourneyOut']
export type Library = Schemas['Library']
export type LibraryItem = Schemas['LibraryItem']
export type NameRead = Schemas['NameOut']
export type NameWord = Schemas['WordOut']
export type NewApiKey = Schemas['NewApiKey']
export type Refusal = Schemas['RefusalOut']
export type Request = Schemas['RequestOut']
export type Season = Schemas['SeasonOut']
export type Session = Schemas['Session']
export type Setup = Schemas['Setup']
export type Step = Schemas['StepOut']
export type System = Schemas['SystemOut']
export type Title = Schemas['TitleOut']
export type Watch = Schemas['WatchOut']
export type Wish = Schemas['Wish']

export type Condition = Schemas['ConditionBody']
export type ConditionKind = Schemas['ConditionKind']
export type Delay = Schemas['DelayBody']
export type Exported = Schemas['ExportOut']
export type Format = Schemas['FormatOut']
export type FormatTold = Schemas['FormatBody']
export type Imported = Schemas['ToldOut']
export type ImportWish = Schemas['ImportIn']
export type Naming = Schemas['NamingOut']
export type NamingScheme = Schemas['SchemeBody']
export type NamingToken = Schemas['TokenOut']
export type Preferences = Schemas['PreferencesBody']
export type Product = Schemas['Product']
export type Profile = Schemas['ProfileOut']
export type ProfileTold = Schemas['ProfileBody']
export type QualityGroup = Schemas['GroupBody']
export type QualitySize = Schemas['SizeBody']
export type Rename = Schemas['RenameOut']
export type Restriction = Schemas['RestrictionBody']
export type Sizes = Schemas['SizesOut']
export type Tried = Schemas['TryOut']

export type App = Schemas['AppOut']
export type AppTold = Schemas['AppBody']
export type Captcha = Schemas['CaptchaOut']
export type Catalogue = Schemas['CatalogueOut']
export type Category = Schemas['CategoryOut']
export type History = Schemas['HistoryOut']
export type HistoryEvent = Schemas['EventOut']
export type Indexer = Schemas['IndexerOut']
export type IndexerStatistics = Schemas['IndexerStatisticsOut']
export type IndexerTested = Schemas['TestOut']
export type IndexerTold = Schemas['IndexerBody']
export type IndexerTrial = Schemas['TestIn']
export type IndexerForm = Schemas['FormOut']
export type Offer = Schemas['OfferOut']
export type Proxy = Schemas['ProxyOut']
export type ProxyTold = Schemas['ProxyBody']
export type Setting = Schemas['SettingOut']
export type Synced = Schemas['SyncOut']
export type TestStep = Schemas['TestStepOut']

export type HouseMap = Schemas['MapOut']
export type MapFlow = Schemas['FlowOut']
export type MapGraph = Schemas['GraphOut']
export type MapLink = Schemas['LinkOut']
export type LinkState = MapLink['state']

/** One release of a manual search; `key` is what to grab it by. */
export interface Find {
  key: string
  name: string
  indexer: string
  indexer_id: number
  also: string[]
  protocol: string
  size: number
  seeders: number | null
  leechers: number | null
  grabs: number | null
  published: string | null
  categories: string[]
  flags: string[]
  quality: string
  page_url: string | null
}

/** One indexer has answered: `replaced` and `also` are keys of rows that were told before. */
export interface Answered {
  indexer_id: number
  indexer: string
  found: Find[]
  replaced: string[]
  also: string[]
  rows: number
  seconds: number
  trouble: string
  skipped: boolean
  from_cache: boolean
}

/** What a manual search sends, by the name of the event. */
export interface SearchEvents {
  asked: { indexers: { id: number; name: string }[] }
  answered: Answered
  trouble: { text: string }
  end: Record<string, never>
}

/** What `/api/events` sends, by the name of the event. */
export interface LiveEvents {
  hello: { version: string }
  journey: { journey: Journey; request_id: number }
  request: { request_id: number; state: JourneyState }
  download: { downloads: Download[] }
  library: { title_id: number; ref: string }
  links: { links: MapLink[] }
}
