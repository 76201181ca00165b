import Foundation
import Testing

/// Makes certificates with the `openssl` command, an authority and servers that it signs.
struct Certificates {
    /// The command; tests that need it say so where it is missing.
    static let tool = "/usr/bin/openssl"
    static var isThere: Bool { FileManager.default.fileExists(atPath: tool) }

    /// A certificate and its key, as files.
    struct Pair {
        var certificate: String
        var key: String
    }

    private let directory: String

    /// The authority's certificate.
    var authority: String { directory + "/authority.pem" }

    /// Makes the authority.
    init(in directory: String) throws {
        self.directory = directory
        try run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
            "/CN=authority", "-days", "30", "-keyout", directory + "/authority.key", "-out", authority,
        ])
    }

    /// Makes a certificate that the authority has signed, for those names and addresses.
    ///
    /// - Parameters:
    ///   - name: The beginning of the names of its files.
    ///   - hosts: The names, as `DNS:localhost` and `IP:127.0.0.1`.
    ///   - until: The last day of its validity, as `20200101`; nil for a month from now.
    /// - Returns: The files.
    /// - Throws: when `openssl` cannot be run.
    func make(_ name: String, for hosts: [String] = ["DNS:localhost", "IP:127.0.0.1"], until: String? = nil) throws
        -> Pair
    {
        let base = directory + "/" + name
        try run([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", base + ".key", "-out", base + ".csr",
        ])
        let names = base + ".ext"
        try "subjectAltName=\(hosts.joined(separator: ","))\n".write(toFile: names, atomically: true, encoding: .utf8)
        if let until {
            // `x509` counts from now; only `ca` makes what is over.
            let settings = base + ".cnf"
            try """
            [ca]
            default_ca=own
            [own]
            database=\(base).db
            new_certs_dir=\(directory)
            rand_serial=yes
            default_md=sha256
            policy=any
            [any]
            commonName=supplied
            """.write(toFile: settings, atomically: true, encoding: .utf8)
            try Data().write(to: URL(fileURLWithPath: base + ".db"))
            try run([
                "ca", "-batch", "-notext", "-config", settings, "-cert", authority, "-keyfile",
                directory + "/authority.key", "-startdate", "20190101000000Z", "-enddate", until + "000000Z",
                "-extfile", names, "-in", base + ".csr", "-out", base + ".pem",
            ])
        } else {
            try run([
                "x509", "-req", "-in", base + ".csr", "-CA", authority, "-CAkey", directory + "/authority.key",
                "-CAcreateserial", "-days", "30", "-extfile", names, "-out", base + ".pem",
            ])
        }
        return Pair(certificate: base + ".pem", key: base + ".key")
    }

    /// The serial number and the like of the certificate that a port shows, as openssl tells it.
    func shown(port: Int, _ more: [String] = []) throws -> String {
        let words = (["s_client", "-connect", "127.0.0.1:\(port)", "-CAfile", authority] + more).joined(separator: " ")
        return try runTool("/bin/sh", ["-c", "\(Certificates.tool) \(words) < /dev/null"]).text
    }

    private func run(_ arguments: [String]) throws {
        let outcome = try runTool(Certificates.tool, arguments)
        #expect(outcome.code == 0, "\(arguments.joined(separator: " ")): \(outcome.text)")
    }
}
