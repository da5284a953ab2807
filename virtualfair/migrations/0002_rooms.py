import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("events", "0001_initial"),
        ("registrations", "0001_initial"),
        ("virtualfair", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ChatMessage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=1000)),
                ("at", models.DateTimeField()),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="FairPass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[("jobseeker", "Jobseeker"), ("employer", "Employer"), ("moderator", "Organiser")],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("anonymous", models.BooleanField(default=False)),
                ("text", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=1000)),
                ("hidden_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="QuestionVote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ],
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("stage", "Stage")], default="stage", max_length=10)),
            ],
        ),
        migrations.AddField(
            model_name="pitch",
            name="began_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="pitch",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="fairpass",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="passes", to="events.event"
            ),
        ),
        migrations.AddField(
            model_name="fairpass",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="passes",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="fairpass",
            name="registration",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="passes",
                to="registrations.registration",
            ),
        ),
        migrations.AddField(
            model_name="fairpass",
            name="user",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="passes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="virtualfair.fairpass"
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="hidden_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="virtualfair.fairpass",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="virtualfair.fairpass",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="author",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="virtualfair.fairpass"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="hidden_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="virtualfair.fairpass",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="pitch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="questions",
                to="virtualfair.pitch",
            ),
        ),
        migrations.AddField(
            model_name="questionvote",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="virtualfair.question"
            ),
        ),
        migrations.AddField(
            model_name="questionvote",
            name="voter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="votes", to="virtualfair.fairpass"
            ),
        ),
        migrations.AddField(
            model_name="room",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rooms", to="events.event"
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="virtualfair.room"
            ),
        ),
        migrations.AddField(
            model_name="chatmessage",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="virtualfair.room"
            ),
        ),
        migrations.AddField(
            model_name="pitch",
            name="room",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="pitches", to="virtualfair.room"
            ),
        ),
        migrations.AddConstraint(
            model_name="pitch",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_at", None), ("began_at__isnull", False), _connector="OR"),
                name="pitch_began_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="pitch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("began_at__isnull", False), ("ended_at", None)),
                fields=("room",),
                name="pitch_one_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="fairpass",
            constraint=models.UniqueConstraint(fields=("registration",), name="fair_pass_one_per_registration"),
        ),
        migrations.AddConstraint(
            model_name="fairpass",
            constraint=models.UniqueConstraint(fields=("event", "user"), name="fair_pass_one_per_user"),
        ),
        migrations.AddConstraint(
            model_name="fairpass",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["jobseeker", "employer", "moderator"])), name="fair_pass_role_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="fairpass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("registration", None), ("role", "moderator"), ("user__isnull", False)),
                    models.Q(
                        models.Q(("role", "moderator"), _negated=True), ("registration__isnull", False), ("user", None)
                    ),
                    _connector="OR",
                ),
                name="fair_pass_by_registration_or_login",
            ),
        ),
        migrations.AddConstraint(
            model_name="fairpass",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("organisation__isnull", False), ("role", "employer")),
                    models.Q(models.Q(("role", "employer"), _negated=True), ("organisation", None)),
                    _connector="OR",
                ),
                name="fair_pass_employer_has_an_organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="questionvote",
            constraint=models.UniqueConstraint(fields=("question", "voter"), name="question_vote_once"),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["stage"])), name="room_kind_known"),
        ),
        migrations.AddConstraint(
            model_name="room",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "stage")), fields=("event",), name="room_one_stage_per_fair"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                    models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                    _connector="OR",
                ),
                name="question_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hidden_at", None), ("hidden_by", None)),
                    models.Q(("hidden_at__isnull", False), ("hidden_by__isnull", False)),
                    _connector="OR",
                ),
                name="question_hidden_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="chatmessage",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("hidden_at", None), ("hidden_by", None)),
                    models.Q(("hidden_at__isnull", False), ("hidden_by__isnull", False)),
                    _connector="OR",
                ),
                name="chat_message_hidden_by_somebody",
            ),
        ),
    ]
