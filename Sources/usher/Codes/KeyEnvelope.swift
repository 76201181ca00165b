struct KeyEnvelope: Decodable { var data: KeyAnswer }
