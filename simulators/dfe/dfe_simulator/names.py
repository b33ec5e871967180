"""Names for people and places that do not exist."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    "Abena Adeel Agnes Aisling Alban Amara Anouk Arjun Beatrix Bilal Blodwen Callum Carys Chidi"
    " Clemence Corin Dafydd Delphine Dilys Ebele Edith Eilidh Emeka Enid Farah Fergus Gethin Gwen"
    " Hana Harjit Hester Idris Imogen Ines Iqbal Isolde Jago Joss Kamala Keir Kerensa Kwame Leila"
    " Lowri Magda Mairead Mehmet Merryn Nadia Niamh Olu Oriel Osian Padma Piran Priya Quentin Rhian"
    " Rohan Rosalind Sanjay Seren Shreya Sunniva Tamsin Tariq Thea Tomos Ursula Vikram Wenna "
    "Winifred Yasmin Yusuf Zahra Zelah"
)

LAST_NAMES = _words(
    "Ashdown Barnfield Birchall Brackenbury Brookvale Cairnsmore Calderbeck Coldstream Copperfield"
    " Dalewood Duskwater Eastcombe Elmsworth Fairhaven Fallowmere Fenwick-Moor Foxglen Glasswell"
    " Goldsmere Greenhythe Harrowgate Hartfell Hazelrigg Heathercote Ivelbank Juniper Kestrelby"
    " Kingswear Larkhill Linnetmoor Lockhaven Marshgate Mistlethwaite Moorcroft Netherfield "
    "Northbeck Oakenshaw Oldacre Orchardleigh Penhallow Pikestone Quarrymead Ravenscar Redferne"
    " Rookwood Saltmarsh Sandpiper Silverdale Stonebridge Swallowcliffe Tarnbrook Underhill"
    " Vellacott Waterfield Westonbirt Whinfell Willowbank Windrush Woodsmoke Yarrowdale Yewtree"
)

REGIONS = _words(
    "Ashgrove Bellwater Cragside Dunmarsh Elderfield Foxholt Gorsefield Hollinwell Ivybridge-Vale"
    " Juniper-Hill Kettlemoor Larchmere"
)

SCHOOL_KINDS = ("Academy", "Primary School", "High School", "Community College", "School")
TRUST_KINDS = ("Learning Trust", "Academies", "Schools Partnership")

SAINTS = ("St Brannoc's", "St Médard's", "Saint-André", "Our Lady & St Ives", "St Sidwell's")
"""With what real registers have in their names, and importers trip over."""
