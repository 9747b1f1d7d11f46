/* core reads no files, so the names to suggest are a list of our own; whether a name exists is
 * GLib's to say. */

#include "core/zone.h"

#include <stdbool.h>
#include <string.h>

#include "core/text.h"

#define NAME_MAX_LENGTH 64

/* "Area/City", letters only: what every zone with a place in it looks like, and no offset, no rule
 * ("EST5EDT"), no path. */
static bool is_place(const char *name)
{
    bool slash = false;
    char before = '/';

    if (strlen(name) > NAME_MAX_LENGTH || !g_ascii_isupper(name[0])) {
        return false;
    }
    for (const char *p = name; *p != '\0'; p++) {
        bool joint = *p == '/' || *p == '-' || *p == '_';

        if (joint ? !g_ascii_isalpha(before) : !g_ascii_isalpha(*p)) {
            return false;
        }
        slash = slash || *p == '/';
        before = *p;
    }
    return slash && g_ascii_isalpha(before);
}

GTimeZone *zone_open(const char *name)
{
    if (strcmp(name, "UTC") == 0) {
        return g_time_zone_new_utc();
    }
    return is_place(name) ? g_time_zone_new_identifier(name) : NULL;
}

/* `names` are other things people type for it, divided by bars: cities, countries, abbreviations.
 */
typedef struct Place {
    const char *zone;
    const char *names;
} Place;

static const Place places[] = {
    {"UTC", "GMT|Z|Zulu|Universal|Greenwich|Etc/UTC"},
    {"Europe/London", "UK|GB|United Kingdom|Great Britain|England|Scotland|Wales|GMT|BST|WET|"
                      "Edinburgh|Manchester|Birmingham|Glasgow|Cardiff|Belfast"},
    {"Europe/Dublin", "Ireland|Eire|IST|Cork"},
    {"Europe/Lisbon", "Portugal|WET|WEST|Porto"},
    {"Atlantic/Azores", "Azores"},
    {"Atlantic/Madeira", "Madeira|Funchal"},
    {"Atlantic/Canary", "Canary Islands|Canaries|Las Palmas|Tenerife"},
    {"Atlantic/Reykjavik", "Iceland"},
    {"Atlantic/Faroe", "Faroe Islands"},
    {"Europe/Berlin", "Germany|Deutschland|CET|CEST|MEZ|MESZ|Hamburg|Munich|Muenchen|Munchen|"
                      "Frankfurt|Cologne|Koeln|Koln|Stuttgart|Dusseldorf|Leipzig|Dresden"},
    {"Europe/Paris", "France|CET|CEST|MET|Lyon|Marseille|Toulouse|Lille|Bordeaux|Nantes"},
    {"Europe/Madrid", "Spain|Espana|Barcelona|Valencia|Seville|Bilbao|Malaga"},
    {"Europe/Rome", "Italy|Italia|Milan|Milano|Roma|Turin|Naples|Florence|Bologna"},
    {"Europe/Vienna", "Austria|Wien|Graz|Linz|Salzburg|Innsbruck"},
    {"Europe/Zurich", "Switzerland|Schweiz|Geneva|Basel|Bern|Lausanne|Zuerich"},
    {"Europe/Vaduz", "Liechtenstein"},
    {"Europe/Amsterdam", "Netherlands|Holland|Rotterdam|The Hague|Utrecht|Eindhoven"},
    {"Europe/Brussels", "Belgium|Bruxelles|Antwerp|Ghent"},
    {"Europe/Luxembourg", ""},
    {"Europe/Copenhagen", "Denmark|Aarhus"},
    {"Europe/Oslo", "Norway|Bergen|Trondheim"},
    {"Europe/Stockholm", "Sweden|Gothenburg|Goteborg|Malmo"},
    {"Europe/Helsinki", "Finland|EET|EEST|Tampere|Espoo"},
    {"Europe/Tallinn", "Estonia|Tartu"},
    {"Europe/Riga", "Latvia"},
    {"Europe/Vilnius", "Lithuania|Kaunas"},
    {"Europe/Warsaw", "Poland|Krakow|Cracow|Wroclaw|Gdansk|Poznan|Lodz"},
    {"Europe/Prague", "Czechia|Czech Republic|Praha|Brno"},
    {"Europe/Bratislava", "Slovakia"},
    {"Europe/Budapest", "Hungary"},
    {"Europe/Ljubljana", "Slovenia"},
    {"Europe/Zagreb", "Croatia"},
    {"Europe/Sarajevo", "Bosnia"},
    {"Europe/Belgrade", "Serbia|Novi Sad"},
    {"Europe/Podgorica", "Montenegro"},
    {"Europe/Skopje", "North Macedonia|Macedonia"},
    {"Europe/Tirane", "Albania|Tirana"},
    {"Europe/Athens", "Greece|EET|EEST|Thessaloniki"},
    {"Europe/Sofia", "Bulgaria"},
    {"Europe/Bucharest", "Romania|Cluj|Timisoara|Iasi"},
    {"Europe/Chisinau", "Moldova"},
    {"Europe/Kyiv", "Ukraine|Kiev|Lviv|Kharkiv|Odesa"},
    {"Europe/Minsk", "Belarus"},
    {"Europe/Moscow", "Russia|MSK|Saint Petersburg"},
    {"Europe/Istanbul", "Turkey|Turkiye|Ankara|Izmir|TRT"},
    {"Europe/Malta", "Valletta"},
    {"Europe/Monaco", ""},
    {"Europe/Andorra", ""},
    {"Europe/Gibraltar", ""},
    {"Asia/Nicosia", "Cyprus"},
    {"Asia/Tbilisi", "Georgia"},
    {"Asia/Yerevan", "Armenia"},
    {"Asia/Baku", "Azerbaijan"},
    {"America/New_York",
     "Eastern|Eastern Time|US Eastern|US/Eastern|ET|EST|EDT|EST5EDT|NYC|USA|US|United States|"
     "Boston|Washington|Philadelphia|Atlanta|Miami|Charlotte|Pittsburgh|Baltimore"},
    {"America/Detroit", "Michigan"},
    {"America/Chicago", "Central|Central Time|US Central|US/Central|CT|CST|CDT|CST6CDT|Dallas|"
                        "Houston|Austin|San Antonio|Minneapolis|St Louis|Nashville|New Orleans|"
                        "Kansas City|Milwaukee"},
    {"America/Denver", "Mountain|Mountain Time|US Mountain|US/Mountain|MT|MST|MDT|MST7MDT|"
                       "Salt Lake City|Albuquerque|Boulder"},
    {"America/Phoenix", "Arizona|MST|Tucson"},
    {"America/Los_Angeles",
     "Pacific|Pacific Time|US Pacific|US/Pacific|PT|PST|PDT|PST8PDT|LA|California|San Francisco|"
     "SF|Seattle|Portland|San Diego|San Jose|Las Vegas|Sacramento"},
    {"America/Boise", "Idaho"},
    {"America/Indiana/Indianapolis", "Indianapolis|Indiana"},
    {"America/Anchorage", "Alaska|AKST|AKDT"},
    {"Pacific/Honolulu", "Hawaii|HST"},
    {"America/Puerto_Rico", "AST"},
    {"America/Toronto", "Canada|Ontario|Ottawa|EST|EDT|Montreal|Quebec|Waterloo"},
    {"America/Vancouver", "British Columbia|Victoria|PST|PDT"},
    {"America/Edmonton", "Alberta|Calgary|MST|MDT"},
    {"America/Winnipeg", "Manitoba|CST|CDT"},
    {"America/Regina", "Saskatchewan|Saskatoon"},
    {"America/Halifax", "Nova Scotia|Atlantic Time|AST|ADT"},
    {"America/Moncton", "New Brunswick"},
    {"America/St_Johns", "Newfoundland|NST|NDT"},
    {"America/Mexico_City", "Mexico|Guadalajara|Puebla"},
    {"America/Monterrey", ""},
    {"America/Tijuana", "Baja California"},
    {"America/Cancun", "Quintana Roo"},
    {"America/Guatemala", ""},
    {"America/Tegucigalpa", "Honduras"},
    {"America/El_Salvador", "San Salvador"},
    {"America/Managua", "Nicaragua"},
    {"America/Costa_Rica", "San Jose"},
    {"America/Panama", ""},
    {"America/Havana", "Cuba"},
    {"America/Jamaica", "Kingston"},
    {"America/Santo_Domingo", "Dominican Republic"},
    {"America/Port-au-Prince", "Haiti"},
    {"America/Barbados", "Bridgetown"},
    {"America/Port_of_Spain", "Trinidad|Tobago"},
    {"America/Bogota", "Colombia|Medellin|Cali"},
    {"America/Caracas", "Venezuela"},
    {"America/Guayaquil", "Ecuador|Quito"},
    {"America/Lima", "Peru"},
    {"America/La_Paz", "Bolivia"},
    {"America/Asuncion", "Paraguay"},
    {"America/Montevideo", "Uruguay"},
    {"America/Santiago", "Chile|Valparaiso"},
    {"America/Argentina/Buenos_Aires", "Argentina|Buenos Aires|America/Buenos_Aires|ART|Cordoba"},
    {"America/Sao_Paulo", "Brazil|Brasil|BRT|Rio de Janeiro|Brasilia|Belo Horizonte|Curitiba|"
                          "Porto Alegre|Florianopolis"},
    {"America/Manaus", "Amazonas"},
    {"America/Fortaleza", "Ceara"},
    {"America/Recife", "Pernambuco"},
    {"America/Bahia", "Salvador"},
    {"America/Guyana", "Georgetown"},
    {"America/Paramaribo", "Suriname"},
    {"Africa/Casablanca", "Morocco|Rabat|Marrakesh"},
    {"Africa/Algiers", "Algeria"},
    {"Africa/Tunis", "Tunisia"},
    {"Africa/Tripoli", "Libya"},
    {"Africa/Cairo", "Egypt|Alexandria"},
    {"Africa/Khartoum", "Sudan"},
    {"Africa/Addis_Ababa", "Ethiopia"},
    {"Africa/Nairobi", "Kenya|EAT|Mombasa"},
    {"Africa/Kampala", "Uganda"},
    {"Africa/Dar_es_Salaam", "Tanzania"},
    {"Africa/Kigali", "Rwanda"},
    {"Africa/Lusaka", "Zambia"},
    {"Africa/Harare", "Zimbabwe"},
    {"Africa/Maputo", "Mozambique|CAT"},
    {"Africa/Gaborone", "Botswana"},
    {"Africa/Windhoek", "Namibia"},
    {"Africa/Johannesburg", "South Africa|SAST|Cape Town|Durban|Pretoria"},
    {"Africa/Luanda", "Angola"},
    {"Africa/Kinshasa", "Congo"},
    {"Africa/Douala", "Cameroon"},
    {"Africa/Lagos", "Nigeria|WAT|Abuja"},
    {"Africa/Accra", "Ghana"},
    {"Africa/Abidjan", "Ivory Coast|Cote d'Ivoire"},
    {"Africa/Dakar", "Senegal"},
    {"Indian/Mauritius", "Port Louis"},
    {"Indian/Reunion", "La Reunion"},
    {"Indian/Antananarivo", "Madagascar"},
    {"Indian/Maldives", "Male"},
    {"Asia/Jerusalem", "Israel|Tel Aviv|Haifa|IST|IDT|Asia/Tel_Aviv"},
    {"Asia/Beirut", "Lebanon"},
    {"Asia/Amman", "Jordan"},
    {"Asia/Damascus", "Syria"},
    {"Asia/Baghdad", "Iraq"},
    {"Asia/Kuwait", ""},
    {"Asia/Riyadh", "Saudi Arabia|Jeddah"},
    {"Asia/Bahrain", "Manama"},
    {"Asia/Qatar", "Doha"},
    {"Asia/Dubai", "UAE|United Arab Emirates|Emirates|Abu Dhabi|GST"},
    {"Asia/Muscat", "Oman"},
    {"Asia/Tehran", "Iran"},
    {"Asia/Kabul", "Afghanistan"},
    {"Asia/Karachi", "Pakistan|PKT|Lahore|Islamabad"},
    {"Asia/Kolkata", "India|IST|Calcutta|Asia/Calcutta|Mumbai|Bombay|Delhi|New Delhi|Bangalore|"
                     "Bengaluru|Chennai|Hyderabad|Pune|Ahmedabad|Gurgaon|Noida"},
    {"Asia/Colombo", "Sri Lanka"},
    {"Asia/Kathmandu", "Nepal|NPT|Asia/Katmandu"},
    {"Asia/Thimphu", "Bhutan"},
    {"Asia/Dhaka", "Bangladesh"},
    {"Asia/Yangon", "Myanmar|Burma|Rangoon"},
    {"Asia/Bangkok", "Thailand|ICT"},
    {"Asia/Vientiane", "Laos"},
    {"Asia/Phnom_Penh", "Cambodia"},
    {"Asia/Ho_Chi_Minh", "Vietnam|Saigon|Hanoi|Da Nang"},
    {"Asia/Kuala_Lumpur", "Malaysia|KL|Penang"},
    {"Asia/Singapore", "SG|SGT"},
    {"Asia/Jakarta", "Indonesia|WIB|Bandung|Surabaya"},
    {"Asia/Makassar", "Bali|WITA|Denpasar"},
    {"Asia/Brunei", ""},
    {"Asia/Manila", "Philippines|PHT|Cebu|Makati"},
    {"Asia/Shanghai", "China|CST|Beijing|Peking|Shenzhen|Guangzhou|Hangzhou|Chengdu|Asia/Beijing"},
    {"Asia/Hong_Kong", "HK|HKT"},
    {"Asia/Macau", "Macao"},
    {"Asia/Taipei", "Taiwan"},
    {"Asia/Seoul", "Korea|South Korea|KST|Busan"},
    {"Asia/Tokyo", "Japan|JST|Osaka|Kyoto|Nagoya|Yokohama|Fukuoka|Sapporo"},
    {"Asia/Ulaanbaatar", "Mongolia"},
    {"Asia/Almaty", "Kazakhstan|Astana"},
    {"Asia/Tashkent", "Uzbekistan"},
    {"Asia/Bishkek", "Kyrgyzstan"},
    {"Asia/Dushanbe", "Tajikistan"},
    {"Asia/Ashgabat", "Turkmenistan"},
    {"Asia/Yekaterinburg", "Ekaterinburg"},
    {"Asia/Novosibirsk", ""},
    {"Asia/Vladivostok", ""},
    {"Australia/Sydney", "Australia|New South Wales|NSW|AEST|AEDT|Canberra|ACT|Newcastle"},
    {"Australia/Melbourne", "Victoria|VIC|AEST|AEDT|Geelong"},
    {"Australia/Brisbane", "Queensland|QLD|AEST|Gold Coast|Cairns"},
    {"Australia/Adelaide", "South Australia|ACST|ACDT"},
    {"Australia/Darwin", "Northern Territory|ACST"},
    {"Australia/Perth", "Western Australia|AWST"},
    {"Australia/Hobart", "Tasmania"},
    {"Australia/Lord_Howe", "Lord Howe Island"},
    {"Pacific/Auckland", "New Zealand|NZ|NZST|NZDT|Wellington|Christchurch"},
    {"Pacific/Chatham", "Chatham Islands"},
    {"Pacific/Fiji", "Suva"},
    {"Pacific/Port_Moresby", "Papua New Guinea"},
    {"Pacific/Noumea", "New Caledonia"},
    {"Pacific/Guam", ""},
    {"Pacific/Tahiti", "Papeete|French Polynesia"},
    {"Pacific/Apia", "Samoa"},
    {"Pacific/Tongatapu", "Tonga"},
    {"Pacific/Kiritimati", "Kiribati|Christmas Island"},
};

/* How far a name is from what was typed: EXACT, BEGINS, then one more per letter that differs. */
enum { EXACT, BEGINS, FAR = 100 };

/* Letters and digits of `len` bytes, in lower case. */
static void key_of(const char *name, size_t len, char key[NAME_MAX_LENGTH + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < len && n < NAME_MAX_LENGTH; i++) {
        if (g_ascii_isalnum(name[i])) {
            key[n++] = g_ascii_tolower(name[i]);
        }
    }
    key[n] = '\0';
}

static size_t key_distance(const char *typed, const char *name, size_t name_len)
{
    char key[NAME_MAX_LENGTH + 1];
    size_t typed_len = strlen(typed);

    key_of(name, name_len, key);
    if (key[0] == '\0') {
        return FAR;
    }
    if (strcmp(typed, key) == 0) {
        return EXACT;
    }
    if (typed_len >= 4 && g_str_has_prefix(key, typed)) {
        return BEGINS;
    }
    size_t allowed = typed_len >= 5 ? MAX(typed_len / 4, 1) : 0;
    size_t length_gap = (size_t)ABS((gssize)strlen(key) - (gssize)typed_len);
    if (length_gap > allowed) {
        return FAR;
    }
    size_t distance = text_distance(typed, key);
    return distance <= allowed ? BEGINS + distance : FAR;
}

/* The nearest of all names of a place: the whole, the city, the others. */
static size_t place_distance(const char *typed, const Place *place)
{
    const char *slash = strrchr(place->zone, '/');
    size_t best = key_distance(typed, place->zone, strlen(place->zone));

    if (slash != NULL) {
        best = MIN(best, key_distance(typed, slash + 1, strlen(slash + 1)));
    }
    for (const char *name = place->names; *name != '\0' && best > EXACT;) {
        size_t len = strcspn(name, "|");

        best = MIN(best, key_distance(typed, name, len));
        name += len + (name[len] == '|' ? 1 : 0);
    }
    return best;
}

/* Appends the places at exactly this distance, in the table's order. */
static void add_places(GPtrArray *out, const size_t *distances, size_t distance, unsigned max)
{
    for (size_t i = 0; i < G_N_ELEMENTS(places) && out->len < max; i++) {
        if (distances[i] == distance) {
            g_ptr_array_add(out, g_strdup(places[i].zone));
        }
    }
}

char **zone_suggest(const char *name, unsigned max)
{
    g_autoptr(GPtrArray) out = g_ptr_array_new();
    size_t distances[G_N_ELEMENTS(places)];
    size_t best = FAR;
    char typed[NAME_MAX_LENGTH + 1] = "";

    if (strlen(name) <= NAME_MAX_LENGTH) {
        g_autofree char *ascii = g_str_to_ascii(name, "C"); /* "São Paulo", "Zürich" */
        key_of(ascii, strlen(ascii), typed);
    }
    for (size_t i = 0; typed[0] != '\0' && i < G_N_ELEMENTS(places); i++) {
        distances[i] = place_distance(typed, &places[i]);
        best = MIN(best, distances[i]);
    }
    if (best < FAR) {
        add_places(out, distances, best, max);
    }
    if (best > EXACT && best < FAR) {
        add_places(out, distances, best + 1, max);
    }
    g_ptr_array_add(out, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&out), FALSE);
}
