struct KeyList: Decodable { var data: [KeyAnswer] }
