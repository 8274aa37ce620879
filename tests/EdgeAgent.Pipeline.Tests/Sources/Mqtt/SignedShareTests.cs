using System.Text;
using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Sources;
using EdgeAgent.Pipeline.Sources.Mqtt;
using EdgeAgent.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace EdgeAgent.Pipeline.Tests.Sources.Mqtt;

/// <summary>Who does not know a group's secret takes nothing from it, whatever is said on the members' topics.</summary>
public sealed class SignedShareTests : IDisposable
{
    private const string Prefix = "edgeagent/test/share/pumps/";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeagent-signed-");
    private readonly Device[] _devices = [.. Enumerable.Range(0, 300).Select(i => new Device($"pump-{i}", "pumps", 0))];
    private readonly FakeTimeProvider _time = Some.Clock();
    private readonly LogLines _log = new();
    private readonly List<(string Topic, byte[] Payload)> _stream = [];

    public SignedShareTests() => File.WriteAllText(Secret, "correct horse battery\n");

    private string Secret => Path.Combine(_folder.FullName, "secret");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_code_is_that_of_the_standard()
    {
        // RFC 4231, test cases 1 and 2.
        var first = MemberSeal.Hmac([.. Enumerable.Repeat((byte)0x0b, 20)], "Hi There"u8);
        Assert.Equal("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", Convert.ToHexStringLower(first));
        var second = MemberSeal.Hmac("Jefe"u8, "what do ya want for nothing?"u8);
        Assert.Equal("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", Convert.ToHexStringLower(second));
    }

    [Fact]
    public async Task A_pipe_in_place_of_the_group_s_secret_is_refused_at_once()
    {
        File.Delete(Secret);
        NamedPipe.Make(Secret);
        var refused = await Assert.ThrowsAsync<MqttException>(() => NamedPipe.NeverWaits(() => MemberSeal.Of(Secret)));
        Assert.Contains("named pipe", refused.Message);
    }

    [Fact]
    public void Members_with_the_secret_share_all_devices()
    {
        var (a, b) = (Group("a"), Group("b"));
        Join(a);
        Join(b);
        Tell(a, b);
        Assert.Equal(["a", "b"], a.Members);
        Assert.Equal(["a", "b"], b.Members);
        Assert.All(_devices, d => Assert.Single(new[] { a, b }, g => g.IsOurs(new Device(d.Name, "pumps", 0))));

        // The broker says that it is gone.
        _stream.Add((b.Topic, b.Will));
        Tell(a);
        Assert.Equal(_devices.Length, Ours(a));
    }

    [Fact]
    public void An_invented_member_takes_nothing_and_ten_thousand_of_them_cost_one_line()
    {
        var a = Group("a");
        Join(a);
        Tell(a);
        var other = new MemberSeal(Encoding.UTF8.GetBytes("a secret of somebody else"));
        for (var i = 0; i < 10_000; i++)
        {
            var topic = $"{Prefix}invented-{i}";
            Take(a, topic, "here"u8.ToArray());
            Take(a, topic, other.SayHere(topic, long.MaxValue / 2, long.MaxValue / 2));
            Take(a, Prefix + new string('x', 60_000), "here"u8.ToArray());
            // It was never the one that said so.
            Take(a, topic, _stream[0].Payload);
            Take(a, a.Topic, []);
            Take(a, a.Topic, other.SayGone(a.Topic, long.MaxValue / 2));
        }
        Assert.Equal(["a"], a.Members);
        Assert.Equal(_devices.Length, Ours(a));
        Assert.Single(_log.Lines, l => l.Contains("messages about members are not believed"));
        Assert.InRange(_log.Lines.Sum(l => l.Length), 1, 2000);

        // What is kept on its topic is no more what it said: it says so again, but not each time.
        Assert.False(a.TrySay(out _));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(a.TrySay(out _));
        Assert.False(a.TrySay(out _));
    }

    [Fact]
    public void What_a_member_said_before_is_not_believed_again()
    {
        var (a, b) = (Group("a"), Group("b"));
        Join(a);
        Join(b);
        Tell(a, b);
        var (birth, gone) = (_stream[1].Payload, b.Will);
        _time.Advance(TimeSpan.FromSeconds(30));
        Join(b);
        Tell(a, b);

        // An old end does not end the new connection, and an old birth does not bring back who is gone.
        Take(a, b.Topic, gone);
        Assert.Equal(["a", "b"], a.Members);
        Take(a, b.Topic, b.Will);
        Take(a, b.Topic, birth);
        Take(a, b.Topic, _stream[^1].Payload);
        Assert.Equal(["a"], a.Members);
        Assert.Equal(_devices.Length, Ours(a));

        // Nor after a restart, nor in another session.
        var again = Group("a");
        Join(again, hasSession: true);
        Take(again, b.Topic, birth);
        Assert.Equal(["a"], again.Members);
        Join(again);
        Take(again, b.Topic, birth);
        Tell(again);
        Assert.Equal(["a"], again.Members);
    }

    [Fact]
    public void A_newcomer_does_not_believe_an_old_announcement_that_somebody_left_at_the_broker()
    {
        var b = Group("b");
        Join(b);
        var birth = _stream[0];
        _time.Advance(TimeSpan.FromHours(1));
        _stream.Clear();
        _stream.Add(birth);
        var c = Group("c");
        Join(c);
        Tell(c);
        Assert.Equal(["c"], c.Members);
        Assert.Equal(_devices.Length, Ours(c));
    }

    [Fact]
    public void Who_proves_no_more_that_it_takes_readings_is_no_member_and_all_see_it_at_the_same_place()
    {
        var (a, b) = (Group("a"), Group("b"));
        Join(a);
        Join(b);
        Tell(a, b);
        // 30 s of takeover, three times the distance of proofs: b is stuck and says nothing.
        for (var seconds = 0; seconds <= 120; seconds += 30)
        {
            Assert.Equal(["a", "b"], a.Members);
            _time.Advance(TimeSpan.FromSeconds(30));
            Say(a);
            Tell(a, b);
        }
        Assert.Equal(["a"], a.Members);
        Assert.Equal(["a"], b.Members);
        Assert.Equal(0, Ours(b));

        Say(b);
        Tell(a, b);
        Assert.Equal(["a", "b"], a.Members);
        Assert.Equal(["a", "b"], b.Members);
    }

    [Fact]
    public void Members_are_known_after_a_restart_and_those_of_a_lost_session_are_heard_anew()
    {
        var (a, b) = (Group("a"), Group("b"));
        Join(a);
        Join(b);
        Tell(a, b);
        var again = Group("a");
        Join(again, hasSession: true);
        Assert.Equal(["a", "b"], again.Members);
        // Its own clock was set back: it is believed all the same.
        Tell(again);
        Assert.Equal(["a", "b"], again.Members);

        // The broker has lost the session, and kept what members said.
        Join(again);
        Tell(again);
        Assert.Equal(["a", "b"], again.Members);
    }

    [Fact]
    public void Without_a_secret_members_are_bounded_all_the_same()
    {
        var group = new ShareGroup(Prefix, "a", "pumps", new ShareOptions(), Path.Combine(_folder.FullName, "free.json"), _log, _time);
        Take(group, group.Topic, "here"u8.ToArray());
        for (var i = 0; i < 5000; i++) Take(group, $"{Prefix}invented-{i}", "here"u8.ToArray());
        Assert.Equal(64, group.Members.Count);
        Assert.InRange(_log.Lines.Sum(l => l.Length), 1, 5000);
    }

    [Theory]
    [InlineData("short", "less than 16 characters")]
    [InlineData(null, "cannot be read")]
    public void A_secret_that_cannot_be_used_is_told_and_nobody_is_believed(string? secret, string expected)
    {
        if (secret is null) File.Delete(Secret);
        else File.WriteAllText(Secret, secret);
        var e = Assert.Throws<MqttException>(() => Group("a").Open());
        Assert.Contains(expected, e.Message);
        Assert.Contains("share.secret_file", e.Message);
        Assert.Equal(MqttFault.Refused, e.Fault);
    }

    private ShareGroup Group(string member) => new(
        Prefix, member, "pumps", new ShareOptions { SecretFile = Secret }, Path.Combine(_folder.FullName, $"{member}.json"), _log, _time);

    private void Join(ShareGroup group, bool hasSession = false)
    {
        group.Open();
        _stream.Add((group.Topic, group.Begin(hasSession)));
    }

    private void Say(ShareGroup group)
    {
        Assert.True(group.TrySay(out var payload));
        _stream.Add((group.Topic, payload));
    }

    /// <summary>Each has heard some of it before, as from a broker that repeats and keeps.</summary>
    private void Tell(params ShareGroup[] groups)
    {
        foreach (var group in groups)
            foreach (var (topic, payload) in _stream) Take(group, topic, payload);
    }

    private int Ours(ShareGroup group) => _devices.Count(group.IsOurs);

    private static void Take(ShareGroup group, string topic, byte[] payload) => group.Take(Encoding.UTF8.GetBytes(topic), payload);
}
