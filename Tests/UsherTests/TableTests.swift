import JSONText
import Testing

@testable import usher

/// Tables, records and lists are made of what the API declares.
@Suite struct `A table` {
    @Test func `has columns that the API describes, and masks what tells of people`() {
        let lists: [ListTable] = [
            .campaigns, .codes, .claims, .holds, .confirmed, .referrals, .rewards, .rewardSums, .tenants, .keys,
            .followers, .series, .funnel, .leaders,
            .live,
        ]
        var personal: Set<String> = []
        for list in lists {
            let columns = APISchema.columns(list.columns, of: list.resource)
            #expect(columns.map(\.name) == list.columns)
            personal.formUnion(APISchema.columns(of: list.resource).filter(\.isPersonal).map(\.name))
        }
        #expect(personal == ["beneficiary_id", "issuer_id", "redeemer_id", "referee_id", "referrer_id"])
    }

    @Test func `aligns numbers to the right and all else to the left, and keeps its widths`() {
        var table = TextTable(APISchema.columns(["step", "count"], of: ListTable.funnel.resource))
        let lines = table.lines([["redemptions", "12"], ["rewards", "1234567"]])
        #expect(lines == ["STEP           COUNT", "redemptions       12", "rewards      1234567"])
        #expect(table.lines([["x", "1"]]) == ["x                  1"])
    }

    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""), ("a\nb", "\"a\nb\""),
        ("=1+1", "\"'=1+1\""), ("+1", "\"'+1\""), ("-1", "\"'-1\""), ("@x", "\"'@x\""), ("\tx", "\"'\tx\""),
        ("\rx", "\"'\rx\""), ("", ""),
    ])
    func `gives spreadsheets nothing to run`(text: String, cell: String) {
        #expect(CSVText.cell(text) == cell)
    }

    @Test func `shows times, lists and nothing as people read them`() throws {
        let columns = APISchema.columns(["name", "scopes", "created_at", "expires_at"], of: "Key")
        let row = try JSONTree.parse(
            Array(#"{"name":"a\u202eb","scopes":["claims","read"],"created_at":"2026-11-20T23:41:00.123Z"}"#.utf8))
        let texts = columns.map { $0.text(in: row, showPersonal: false) }
        #expect(texts == ["a\u{FFFD}b", "claims,read", "2026-11-20 23:41:00Z", "-"])
    }
}
