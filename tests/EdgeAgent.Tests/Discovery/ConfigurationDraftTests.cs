using EdgeAgent.Discovery;
using EdgeAgent.Mqtt;

namespace EdgeAgent.Tests.Discovery;

public sealed class ConfigurationDraftTests
{
    [Fact]
    public void What_is_written_is_a_configuration_without_errors()
    {
        var text = Write(Some());
        Assert.Empty(ConfigurationDraft.Errors(text, "/"));
        Assert.Contains("[sources.plant]", text);
        Assert.Contains("[detectors.plant-temp]\nsource = \"plant\"\nmodel = \"/models/single-channel\"\nchannel = \"temp\"", text);
        Assert.Contains("topic = \"anomalies/{site}/{device}\"", text);
    }

    [Fact]
    public void Names_from_outside_do_not_break_out_of_their_quotes()
    {
        var text = Write(new Heard().Add(20, (i, _) => $$"""{"a \" b\n":{{Heard.Value(i)}}}""", "pl\"ant/p 1").Propose());
        Assert.Empty(ConfigurationDraft.Errors(text, "/"));
    }

    [Fact]
    public void Events_go_where_no_source_hears_them()
    {
        var heard = new Heard();
        foreach (var first in "abcdefgh")
            heard.Add(5, (i, _) => $$"""{"temp":{{Heard.Value(i)}}}""", $"{first}/line/p1", $"{first}/line/p2");
        var proposal = heard.Propose();
        Assert.Contains(proposal.Sources, s => s.Filters.Contains("+/line/+"));
        Assert.Equal("anomalies/{site}/{device}", EventTopics.Find(["+/line"]));
        Assert.Equal("edgeagent-events/{site}/{device}/{detector}", EventTopics.Find(["+/+/+"]));
        Assert.Equal("edgeagent-events/{site}/{agent}/{device}/{detector}", EventTopics.Find(["+/+/+", "+/+/+/+"]));
        Assert.Null(EventTopics.Find(["#"]));
        Assert.True(EventTopics.HearStatus(["+/+/+/+"]));
        Assert.DoesNotContain("\"anomalies/", Write(proposal));
    }

    [Fact]
    public void Another_broker_upstream_gets_no_password_of_the_sensors()
    {
        var mqtt = new MqttOptions { Url = "mqtt://sensors", Username = "reader" };
        var settings = new DraftSettings("plant-a", mqtt, "mqtts://hub.example", "/models", null, "5 messages");
        var text = new ConfigurationDraft(settings, Some().Sources).Write();
        Assert.Contains("mqtt = { url = \"mqtts://hub.example\", topic = \"anomalies/{site}/{device}\" }", text);
        Assert.Single(text.Split("username = \"reader\"")[1..]);
    }

    [Fact]
    public void Vibration_is_judged_by_the_model_for_vibration()
    {
        var text = Write(new Heard().Add(10,
            (i, ms) => $$$"""{"ts":{{{ms}}},"rate":100,"values":{"x":[1.5,2,{{{i}}}],"y":[1,2,3],"z":[0,1,0]}}""", "vibration/m1").Propose());
        Assert.Contains("model = \"/models/vibration\"", text);
        Assert.DoesNotContain("single-channel\"\nchannel", text);
    }

    [Theory]
    [InlineData("", 1, null)]
    [InlineData("plant\n", 1, null)]
    [InlineData("1\n", 1, null)]
    [InlineData("7\nall\n", 1, "there is no source 7")]
    public void Sources_are_chosen_by_number_or_name(string answers, int chosen, string? said)
    {
        using var output = new StringWriter();
        var questions = new InitQuestions(new StringReader(answers), output);
        Assert.Equal(chosen, questions.Sources(Some().Sources).Count);
        if (said is not null) Assert.Contains(said, output.ToString());
    }

    [Fact]
    public void An_empty_answer_takes_the_usual_one_and_a_wrong_one_is_asked_again()
    {
        using var output = new StringWriter();
        Assert.Equal("gate-1", new InitQuestions(new StringReader("\n"), output).Site("gate-1"));
        Assert.Null(new InitQuestions(new StringReader("\n"), output).Upstream("mqtt://a"));
        Assert.Equal("mqtt://hub", new InitQuestions(new StringReader("hub\nmqtt://hub\n"), output).Upstream("mqtt://a"));
    }

    private static Proposal Some() =>
        new Heard().Add(20, (i, ms) => $$"""{"ts":{{ms}},"temp":{{Heard.Value(i)}}}""", "plant/p1", "plant/p2").Propose();

    private static string Write(Proposal proposal) => new ConfigurationDraft(
        new DraftSettings("plant-a", new MqttOptions { Url = "mqtt://127.0.0.1:1883" }, null, "/models", "state", "5 messages"),
        proposal.Sources).Write();
}
