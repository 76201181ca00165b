import Domain
import NIOCore
import Testing

@testable import API
@testable import Wire

@Suite("Claim bodies are read in one pass")
struct ClaimRequestTests {
    private func read(_ text: String, form: ClaimRequest.Form = .redeem) throws(Problem) -> ClaimCommand {
        try ClaimRequest.command(from: ByteBuffer(string: text), form: form, tenant: .default)
    }

    @Test("a full body becomes a command")
    func full() throws {
        let command = try read(
            """
            {"code":" ab-cd ","redeemer_id":42,"quantity":3,"email":"a@b.c","ip":"::1","user_agent":"x",
             "fingerprint":"f","honeypot":"","invitation_id":7,"metadata":{"a":[1,{"b":null}]}}
            """)
        #expect(command.target == .code(try #require(CodeText(raw: "ABCD"))))
        #expect(command.redeemer.text == "42")
        #expect(command.quantity == 3)
        #expect(command.kind == .redeem)
        #expect(!command.honeypot)
        #expect(command.invitation == 7)
        #expect(command.metadata == Array(#"{"a":[1,{"b":null}]}"#.utf8))
    }

    @Test("escaped names and texts are understood")
    func escaped() throws {
        let command = try read(#"{"c\u006fde":"A\u0042C","redeemer_id":"\ud83d\ude00"}"#)
        #expect(command.target == .code(try #require(CodeText(raw: "ABC"))))
        #expect(command.redeemer.text == "😀")
    }

    @Test(
        "an account is any integer as its decimal text",
        arguments: [
            ("0", "0"), ("-0", "0"), ("-7", "-7"), ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9223372036854775808"), ("18446744073709551615", "18446744073709551615"),
            ("-9223372036854775809", "-9223372036854775809"),
            (String(repeating: "9", count: 128), String(repeating: "9", count: 128)),
        ])
    func integers(number: String, text: String) throws {
        for form in [ClaimRequest.Form.redeem, .hold] {
            #expect(try read(#"{"code":"A","redeemer_id":\#(number)}"#, form: form).redeemer.text == text)
        }
    }

    @Test("of fields with the same name the last one counts, also when the first was wrong")
    func duplicates() throws {
        let command = try read(
            #"{"code":1,"code":"ABCD","quantity":"x","quantity":2,"redeemer_id":[],"redeemer_id":"u"}"#)
        #expect(command.quantity == 2)
        #expect(command.redeemer.text == "u")
    }

    @Test("a hold has its own time to live")
    func hold() throws {
        #expect(try read(#"{"campaign":"drop","redeemer_id":"u"}"#, form: .hold).kind == .hold(ttlSeconds: 600))
        #expect(
            try read(#"{"campaign":"drop","redeemer_id":"u","ttl_seconds":1}"#, form: .hold).kind
                == .hold(ttlSeconds: 1))
    }

    @Test(
        "each wrong field is named",
        arguments: [
            (#"{"redeemer_id":"u"}"#, "code"), (#"{"code":5,"redeemer_id":"u"}"#, "code"),
            (#"{"code":"A"}"#, "redeemer_id"), (#"{"code":"A","redeemer_id":""}"#, "redeemer_id"),
            (#"{"code":"A","redeemer_id":1.5}"#, "redeemer_id"),
            (#"{"code":"A","redeemer_id":1e3}"#, "redeemer_id"),
            (#"{"code":"A","redeemer_id":18446744073709551615.0}"#, "redeemer_id"),
            (#"{"code":"A","redeemer_id":\#(String(repeating: "9", count: 129))}"#, "redeemer_id"),
            (#"{"code":"A","redeemer_id":{}}"#, "redeemer_id"),
            (#"{"code":"A","redeemer_id":"u","quantity":0}"#, "quantity"),
            (#"{"code":"A","redeemer_id":"u","quantity":1001}"#, "quantity"),
            (#"{"code":"A","redeemer_id":"u","quantity":"1"}"#, "quantity"),
            (#"{"code":"A","redeemer_id":"u","quantity":1e0}"#, "quantity"),
            (#"{"code":"A","redeemer_id":"u","invitation_id":-1}"#, "invitation_id"),
            (#"{"code":"A","redeemer_id":"u","metadata":[]}"#, "metadata"),
            (#"{"code":"A","redeemer_id":"u","honeypot":{}}"#, "honeypot"),
            (#"{"code":"A","campaign":"b","redeemer_id":"u"}"#, "campaign"),
            (#"{"code":"A","redeemer_id":"u","email":7}"#, "email"),
        ])
    func wrongFields(text: String, field: String) throws {
        let problem = try #require(throws: Problem.self) { try read(text) }
        #expect(problem.status == 422)
        #expect(problem.code == "validation_failed")
        #expect(problem.errors.names.contains(field))
    }

    @Test("codes beyond 128 characters and metadata beyond 1,024 bytes are named")
    func tooLong() throws {
        let long = String(repeating: "A", count: 129)
        let code = try #require(throws: Problem.self) { try read(#"{"code":"\#(long)","redeemer_id":"u"}"#) }
        #expect(code.errors.names.contains("code"))
        let big = String(repeating: "x", count: 1020)
        let metadata = try #require(throws: Problem.self) {
            try read(#"{"code":"A","redeemer_id":"u","metadata":{"a":"\#(big)"}}"#)
        }
        #expect(metadata.errors.names.contains("metadata"))
    }

    @Test(
        "what is not a JSON object is malformed", arguments: ["", "[]", "null", "\"x\"", "{", "{\"code\":\"A\"", "{}x"])
    func malformed(text: String) throws {
        let problem = try #require(throws: Problem.self) { try read(text) }
        #expect(problem.status == 422)
        #expect(problem.code == "malformed")
    }
}
