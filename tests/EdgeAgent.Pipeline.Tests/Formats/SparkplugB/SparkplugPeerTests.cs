using EdgeAgent.Pipeline.Formats;

namespace EdgeAgent.Pipeline.Tests.Formats.SparkplugB;

/// <summary>Against the encoder of Cirrus Link, whose company wrote the specification.</summary>
public class SparkplugPeerTests
{
    [Fact]
    public void What_another_encoder_wrote_is_read()
    {
        Assert.True(
            Directory.Exists(Repository.File("tests/senders/node_modules")), "needs nodejs, and run: npm ci --prefix tests/senders");
        var decoder = FormatBench.Of("sparkplug-b");
        var read = new List<string>();
        var sent = ProgramRun.ToEnd("node", Repository.File("tests/senders/sparkplug.js"));
        foreach (var line in sent.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = line.Split(' ');
            read.Add(decoder.TextOf(parts[0], Convert.FromBase64String(parts[1])));
        }

        Assert.Equal(
            """
            plant/edge1@1700000000 Supply/Voltage=24.5
            plant/edge1/p7@1700000000 i8=-8 i16=-1600 Motor/i32=-320000 i64=-3.435974E+10 u8=255 u32=4E+09 float=1.5 on=1
            plant/edge1/p7@1700000001 set/load=-5
            plant/edge1/p7@1700000002 set/load=6
            plant/edge1@1700000003 Supply/Voltage=23.5
            plant/edge1/p7@1700000003 Motor/i32=-7 i64=4.2949673E+09 on=0
            plant/edge1/p7@1700000001 float=2.5 history
            plant/edge1/p7@1700000004 float=3.5
            """,
            string.Join('\n', read));
    }
}
