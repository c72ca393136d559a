"""Who is in the demo: invented organisations of every category, and the people the sign-in page offers."""

PASSWORD = "coalition-demo"
ANALYSTS = "Coalition analysts"
# The seller three brands know.
KNOWN = "金龙皮具专营店"

# slug, name, prefix, category, country, sectors, about
ORGANISATIONS = [
    ("coalition", "The Coalition", "COA", "coalition", "US", "", "The secretariat: programmes, groups, statistics."),
    ("aurelia", "Aurelia", "AUR", "brand", "FR", "Watches, leather goods", "A house of watches and leather goods, founded 1897."),
    ("northpeak", "Northpeak", "NOR", "brand", "US", "Outdoor clothing", "Jackets and boots for weather."),
    ("kestrel", "Kestrel Audio", "KES", "brand", "GB", "Headphones", "Headphones and small loudspeakers."),
    ("lumiere", "Lumière Cosmétiques", "LUM", "brand", "FR", "Cosmetics", "Skin care and perfume."),
    ("tessella", "Tessella Toys", "TES", "brand", "DK", "Toys", "Building toys for small hands."),
    ("hartley", "Hartley & Moss", "HAR", "professional", "GB", "Law", "A law firm that acts for rights holders."),
    ("bazaar", "Bazaar Group", "BAZ", "platform", "SG", "Marketplaces", "Runs Bazaar and Bazaar Global."),
    ("kiosk", "Kiosk", "KIO", "platform", "DE", "Marketplaces", "A marketplace for small shops."),
    ("payline", "Payline", "PAY", "platform", "IE", "Payments", "Processes card payments for shops."),
    ("retailguild", "Retail Guild", "RTG", "association", "BE", "Retail", "Four thousand shops speak through it."),
    ("customs", "Customs Service", "CUS", "partner", "NL", "Border", "Seizes what crosses the border."),
]

# e-mail, name, organisation, role, title
PEOPLE = [
    ("admin@coalition.example", "Ines Albrecht", "coalition", "owner", "Managing director"),
    ("analyst@coalition.example", "Tomás Riba", "coalition", "member", "Programme analyst"),
    ("treasurer@coalition.example", "Olu Adeyemi", "coalition", "finance", "Treasurer"),
    ("owner@aurelia.example", "Claire Fontaine", "aurelia", "owner", "Head of brand protection"),
    ("member@aurelia.example", "Noor Haddad", "aurelia", "member", "Investigator"),
    ("finance@aurelia.example", "Hugo Bernard", "aurelia", "finance", "Accounts payable"),
    ("owner@northpeak.example", "Sam Whitfield", "northpeak", "owner", "Director, intellectual property"),
    ("owner@kestrel.example", "Bo Lindqvist", "kestrel", "owner", "General counsel"),
    ("owner@lumiere.example", "Amélie Roux", "lumiere", "owner", "Juriste"),
    ("owner@tessella.example", "Mads Bech", "tessella", "owner", "Brand protection"),
    ("agent@hartley.example", "Priya Nair", "hartley", "owner", "Partner"),
    ("trust@bazaar.example", "李明 Li Ming", "bazaar", "owner", "Trust and safety"),
    ("trust@kiosk.example", "Jana Vogt", "kiosk", "owner", "Trust and safety"),
    ("editor@retailguild.example", "Luc Janssens", "retailguild", "owner", "Editor"),
    ("officer@customs.example", "Femke de Wit", "customs", "member", "Officer"),
]

# The law firm's partner holds a seat at two brands.
AGENCIES = [("agent@hartley.example", "aurelia"), ("agent@hartley.example", "northpeak")]

# What the sign-in page shows, and what each is there to do.
SHOWN = [
    ("admin@coalition.example", "runs the coalition"),
    ("analyst@coalition.example", "vets notices of the programme"),
    ("treasurer@coalition.example", "keeps the accounts"),
    ("owner@aurelia.example", "rights holder"),
    ("member@aurelia.example", "colleague at the same brand"),
    ("finance@aurelia.example", "pays the same brand’s dues"),
    ("owner@northpeak.example", "rival rights holder"),
    ("agent@hartley.example", "law firm, acts for both brands"),
    ("trust@bazaar.example", "platform with two marketplaces"),
    ("editor@retailguild.example", "trade association; on the committee that decides on applications"),
    ("owner@kestrel.example", "rights holder, on that committee"),
    ("owner@lumiere.example", "rights holder, on that committee"),
    ("officer@customs.example", "law-enforcement partner"),
]
