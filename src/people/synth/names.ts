/** Names written for this product: common given names, and surnames and places of which many are made up. */

export const GIVEN_FEMALE = split(
  'Ada Agnes Alice Amara Amelia Amina Anita Annie Anwen Audrey Ayesha Beatrice Bethan Betty Bridget Carol Carys Catherine',
  'Chidi Chloe Clara Daisy Deborah Devika Dilys Doreen Doris Edith Eileen Eleri Elsie Emily Esme Eunice Fatima Fiona',
  'Florence Freya Gemma Glenys Grace Gwen Halima Harriet Hazel Heather Hilda Imogen Iris Isla Ivy Jamila Jane Janet Jean',
  'Jessica Joan Josie Joyce Judith Karen Katya Keira Leila Lena Lily Linda Lorna Mabel Maeve Maggie Mair Margaret Marian',
  'Mavis May Megan Mildred Mina Miriam Moira Molly Muriel Myra Nadia Nancy Nesta Nora Norma Olive Olwen Pamela Parveen',
  'Patricia Pearl Peggy Penelope Phyllis Poppy Priya Rachel Rani Rhian Rita Rosa Rose Ruby Ruth Sadie Sahar Sally Sara',
  'Seren Shirley Sian Sofia Stella Sunita Susan Sybil Tamsin Tessa Thelma Una Vera Violet Wanda Winifred Yasmin Yvonne Zainab',
);
export const GIVEN_MALE = split(
  'Adam Adil Alan Albert Alfie Alun Amir Andrew Angus Anil Arthur Barry Basil Ben Bernard Bilal Brian Bruce Callum Cecil',
  'Cedric Clive Colin Conor Craig Cyril Daniel Darius David Dennis Derek Desmond Dewi Dilip Donald Douglas Dylan Edgar',
  'Edwin Elijah Emrys Eric Ernest Ewan Farid Felix Fergus Finn Frank Fred Gareth Geoffrey George Gerald Gordon Graham',
  'Gwilym Hamid Harold Harry Hassan Henry Howard Hugh Hywel Ian Idris Imran Isaac Ivor Jack Jacob Jamal James Jarek Joe',
  'John Joseph Karim Keith Kenneth Kwame Leo Leonard Leslie Lewis Luca Malcolm Marek Martin Maurice Max Mervyn Michael Mohan',
  'Neil Nigel Noah Norman Oliver Omar Oscar Owen Patrick Paul Percy Peter Philip Rafiq Raj Ralph Raymond Reginald Rhys',
  'Robert Roger Ronald Roy Rupert Samir Samuel Sanjay Sidney Simon Stanley Stefan Stephen Stuart Tariq Ted Terence Thomas',
  'Tomasz Trevor Vernon Victor Vikram Wilfred William Yusuf Zac',
);
export const FAMILY = split(
  'Abernorth Achterby Alderwick Ambleford Anwarden Appleyard Arkwell Ashdene Atwater Bagshott Banstow Barrowclough Baxendale',
  'Bellringer Birchall Blackmoor Boothroyd Bramwith Brindlecombe Broadhurst Bryncae Burnhope Calderbank Carrowmore Catchpole',
  'Chaudry Claybourne Cobbledick Coppergate Cornthwaite Crabtree Cranmore Crosswell Dalgarno Danvers Darkwood Deepdale',
  'Dimbleford Dockray Dolwyddel Drinkwater Dunmorrow Eastoft Edderwick Egglestone Elphinway Entwick Fairclough Farnhurst',
  'Fearnley Fellgate Fennimore Fernsby Fieldgate Fothersby Foxcroft Gadsby Garsdale Gathercole Glenmuir Goodrum Gorsedale',
  'Greenhalge Gundry Hackthorpe Haddowby Halliwick Hardcastle Harrowgate Hathersedge Hebblethwaite Hollinrake Honeychurch',
  'Hushwing Iddenden Inchmore Ingleborough Ivatt Jessamy Jollife Kebbleton Keldholme Kestrelby Kilbrannan Kirkwhelp Ladyman',
  'Langstroth Larkham Leadbitter Leyburnd Linklater Littlewood Llanfair Longbottom Lumsdale Mallinder Mapplebeck Marrable',
  'Mellowby Merryweather Micklethwait Millhouse Mossgill Mutterfield Nabarro Netherby Nightgale Noakes Northcote Oakenshaw',
  'Oddy Oglethorne Okonjo Oldroyd Ormsgill Ottershaw Overthwaite Pakenham Partington Patelwala Pendlebury Penhaligon Pettifor',
  'Pinchbeck Plowright Polkinghorne Prowse Quarmby Quillfeather Raistrick Ramsbottom Rathnayke Redfearn Ridealgh Rosthwaite',
  'Rowbotham Rumbelow Saltonstall Sandwith Scattergood Sedgeworth Shackleby Shufflebottom Sidebotham Silverwood Skelmerdine',
  'Slaidburn Smallbone Snodgrass Sowerbutts Spurling Stainforth Starkweather Stellmaker Summerscale Swinglehurst Tattersall',
  'Tewksby Thackery Thistlewood Threlkeld Tidswell Tolladay Tregarthen Trelawny Tunnicliff Turnpenny Umpleby Unsworth',
  'Varleyman Venables Wadlow Wagstaffe Walkingshaw Warboys Waterhouse Weatherill Wellbeloved Wetherspoon Whitlam Widdowson',
  'Winterbourne Witherslack Wolstencroft Woodruffe Wormald Wrathall Yarborough Yelland Youngman Zielonka',
);
export const STREETS = split(
  'Abbey Acorn Alder Anchor Ash Barley Beacon Beech Birch Bishop Bramble Bridge Brook Canal Castle Cedar Chapel Cherry',
  'Church Clover College Cooper Copper Cross Dale Dove Elm Fern Field Finch Forge Foundry Garden Glebe Grange Grove',
  'Hawthorn Heath Heron High Hill Holly Ivy Juniper Kiln King Lark Laurel Lime Linden Lock Maple Market Meadow Mill',
  'Moor New North Oak Orchard Park Pear Plough Poplar Priory Quarry Queen Railway River Rookery Rose Rowan School Sorrel',
  'South Spring Station Swan Sycamore Thorn Tower Vale Vicarage Victoria Walnut Water Well West Willow Windmill Wood Yew',
);
export const STREET_ENDS = split('Road Street Lane Avenue Close Drive Way Terrace Gardens Court');
/** Invented towns, each with a postcode area that is not in use. */
export const TOWNS: readonly (readonly [string, string])[] = [
  ['Aldermouth', 'QA'],
  ['Brackenford', 'QB'],
  ['Carrowbridge', 'QC'],
  ['Dunwither', 'QD'],
  ['Eastmarsh', 'QE'],
  ['Fellminster', 'QF'],
  ['Gorsley Bay', 'QG'],
  ['Harrowick', 'QH'],
  ['Inglestow', 'QJ'],
  ['Kelderby', 'QK'],
  ['Llanderwen', 'QL'],
  ['Moorhaven', 'QM'],
  ['Netherwick', 'QN'],
  ['Penhollow', 'QP'],
  ['Ravensea', 'QR'],
  ['Saltbeck', 'QS'],
];
export const NAMES_FOR_NOTES = GIVEN_FEMALE.slice(0, 40).map((name, i) =>
  i % 3 === 0 ? `Mrs ${FAMILY[i] ?? name}` : name,
);

function split(...lines: readonly string[]): readonly string[] {
  return lines.join(' ').split(' ');
}
